// Starts `weir lsp` and connects the editor with it.
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = () => {
  const command = workspace.getConfiguration("weir").get("command", "weir");
  client = new LanguageClient(
    "weir",
    "Weir rules",
    { command, args: ["lsp"] },
    {
      documentSelector: [{ scheme: "file", language: "weir" }],
      synchronize: { fileEvents: workspace.createFileSystemWatcher("**/*.{weir,csv}") },
    },
  );
  return client.start();
};

exports.deactivate = () => (client ? client.stop() : undefined);
