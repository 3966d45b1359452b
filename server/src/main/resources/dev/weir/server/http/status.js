"use strict";

const LOOK_MS = 2000;
const ALERTS_MAX = 200;
let token = sessionStorage.getItem("token") || "";

function element(id) {
  return document.getElementById(id);
}

function cell(text, className) {
  const td = document.createElement("td");
  td.textContent = text;
  if (className) {
    td.className = className;
  }
  return td;
}

function row(...cells) {
  const tr = document.createElement("tr");
  tr.append(...cells);
  return tr;
}

function say(text, className) {
  element("state").textContent = text;
  element("state").className = className;
}

async function ask(path) {
  const headers = token ? { authorization: "Bearer " + token } : {};
  const response = await fetch(path, { headers, cache: "no-store" });
  if (response.status === 401 || response.status === 403) {
    element("sign-in").hidden = false;
    throw new Error(response.status === 401 ? "a token is needed" : "this token may not look");
  }
  if (!response.ok) {
    throw new Error("the engine answered " + response.status);
  }
  element("sign-in").hidden = true;
  return response;
}

function sinkState(sink) {
  if (sink.disabled) {
    return ["disabled: " + sink.disabled, "bad"];
  }
  if (sink.trouble) {
    return [sink.trouble, "bad"];
  }
  return sink.broken ? ["waits: it failed again and again", "bad"] : ["delivers", "good"];
}

function sum(numbers) {
  return Object.values(numbers).reduce((all, one) => all + Number(one), 0).toLocaleString("en");
}

function show(status) {
  const numbers = [
    ["Position", Number(status.position).toLocaleString("en")],
    ["Taken here", sum(status.accepted)],
    ["Refused here", sum(status.refused)],
    ["Alerts in the log", Number(status.alerts).toLocaleString("en")],
    ["Types", status.types.join(", ")],
  ];
  element("numbers").replaceChildren(
    ...numbers.flatMap(([name, value]) => {
      const dt = document.createElement("dt");
      const dd = document.createElement("dd");
      dt.textContent = name;
      dd.textContent = value;
      return [dt, dd];
    }),
  );
  element("rules").replaceChildren(
    ...status.rules.map((rule) =>
      row(cell(rule.name), cell(Number(rule.alerts).toLocaleString("en"), "number")),
    ),
  );
  element("sinks").replaceChildren(
    ...status.sinks.map((sink) => {
      const [state, className] = sinkState(sink);
      return row(
        cell(sink.name),
        cell(Number(sink.pending).toLocaleString("en"), "number"),
        cell(Number(sink.delivered).toLocaleString("en"), "number"),
        cell(Number(sink.failures).toLocaleString("en"), "number"),
        cell(Number(sink.dead).toLocaleString("en"), "number"),
        cell(state, className),
      );
    }),
  );
}

async function look() {
  try {
    const status = await (await ask("v1/status")).json();
    show(status);
    if (status.trouble) {
      say(status.trouble, "bad");
    } else {
      say("running", "good");
    }
  } catch (error) {
    say(String(error.message), "bad");
  }
}

function alerted(alert) {
  element("no-alerts").hidden = true;
  const table = element("alerts");
  table.prepend(row(cell(alert.time), cell(alert.rule), cell(alert.severity), cell(alert.text)));
  while (table.rows.length > ALERTS_MAX) {
    table.deleteRow(-1);
  }
}

/* EventSource sends no token, so the stream is read by hand; it goes on behind the last alert seen. */
async function watch() {
  let last = "";
  for (;;) {
    try {
      const headers = { accept: "text/event-stream" };
      if (token) {
        headers.authorization = "Bearer " + token;
      }
      if (last) {
        headers["last-event-id"] = last;
      }
      const response = await fetch("v1/alerts/live", { headers, cache: "no-store" });
      if (response.ok) {
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        let text = "";
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          text += part.value;
          for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
            const lines = text.slice(0, end).split("\n");
            text = text.slice(end + 2);
            const data = lines.filter((l) => l.startsWith("data:")).map((l) => l.slice(5).trim());
            const id = lines.find((l) => l.startsWith("id:"));
            if (id) {
              last = id.slice(3).trim();
            }
            if (data.length > 0) {
              alerted(JSON.parse(data.join("\n")));
            }
          }
        }
      }
    } catch (error) {
      // the state line says what is wrong
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

element("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  token = element("token").value.trim();
  sessionStorage.setItem("token", token);
  look();
});
look();
setInterval(look, LOOK_MS);
watch();
