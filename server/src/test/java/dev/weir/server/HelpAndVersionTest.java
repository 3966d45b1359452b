package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class HelpAndVersionTest {
  @TempDir Path folder;

  private static Map<String, CommandLine> commands() {
    return new TreeMap<>(
        WeirCommand.line(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()))
            .getSubcommands());
  }

  private static List<String> examples(CommandLine command) {
    List<String> examples = new ArrayList<>();
    boolean begun = false;
    for (String line : command.getCommandSpec().usageMessage().footer()) {
      begun |= line.equals("Examples:");
      if (begun && line.startsWith("  weir")) {
        examples.add(line.strip());
      }
    }
    return examples;
  }

  @Test
  void shouldGiveTwoExamplesForEachCommand() {
    commands()
        .forEach(
            (name, command) ->
                assertThat(examples(command)).as("examples of weir " + name).hasSizeGreaterThan(1));
  }

  @Test
  void shouldExplainEachCommandInThreeWays() {
    for (String name : commands().keySet()) {
      Cli.Result help = Cli.run("help", name);
      assertThat(help.code()).isZero();
      assertThat(help.out()).startsWith("Usage: weir " + name).contains("Examples:");
      assertThat(Cli.run(name, "--help")).isEqualTo(help);
      assertThat(Cli.run(name, "-h")).isEqualTo(help);
      assertThat(Cli.run("help").out()).contains("  " + name);
    }
    assertThat(Cli.run()).isEqualTo(Cli.run("help"));
    assertThat(Cli.run("--help")).isEqualTo(Cli.run("help"));
  }

  @Test
  void shouldPointFromAMistakeToTheNearestWord() {
    Cli.Result command = Cli.run("chekc");
    assertThat(command.code()).isEqualTo(2);
    assertThat(command.err())
        .isEqualTo("weir: no command `chekc`; did you mean `check`? (see `weir help`)\n");
    Cli.Result far = Cli.run("xyzzy");
    assertThat(far.code()).isEqualTo(2);
    assertThat(far.err()).isEqualTo("weir: no command `xyzzy` (see `weir help`)\n");
    Cli.Result help = Cli.run("help", "rum");
    assertThat(help.code()).isEqualTo(2);
    assertThat(help.err()).contains("no command `rum`; did you mean `run`?");
    Cli.Result option = Cli.run("--hepl");
    assertThat(option.code()).isEqualTo(2);
    assertThat(option.err()).contains("no option `--hepl`; did you mean `--help`?");
  }

  @Test
  void shouldPrintTheVersionOfTheBuild() {
    Cli.Result version = Cli.run("version");
    assertThat(version.code()).isZero();
    assertThat(version.out())
        .matches("weir [0-9]+[.][0-9]+[.][0-9]+.*, Java " + Runtime.version().feature() + "(?s).*");
    assertThat(Cli.run("--version")).isEqualTo(version);
    String pom = Cli.read(Cli.HOME.resolve("pom.xml"));
    assertThat(pom).contains("<version>" + VersionCommand.version() + "</version>");
  }

  /** Every example of every command does what it says, in a folder that has what they name. */
  @Test
  void shouldRunEveryExample() throws IOException {
    Path samples = Cli.HOME.resolve("samples/card-fraud");
    copy(samples, folder.resolve("samples/card-fraud"));
    copy(samples.resolve("rules"), folder.resolve("rules"));
    copy(samples.resolve("rules"), folder.resolve("stricter"));
    String alone =
        Cli.RULES
            .replace("Payment", "Charge")
            .replace(" large", " large_charge")
            .replace(" rising", " rising_charge");
    Cli.write(folder.resolve("rules/card_testing.weir"), alone);
    String header = "tx_id,customer_id,terminal_id,amount,event_time\n";
    Cli.write(
        folder.resolve("april.csv.gz"), Cli.gzip(header + "1,7,1,500.00,2026-04-01T00:00:00Z\n"));
    Cli.write(folder.resolve("may.csv.gz"), Cli.gzip(header + "2,7,1,5.00,2026-05-01T00:00:00Z\n"));
    Files.copy(Cli.HOME.resolve("samples/facts/peers-p2.weir"), folder.resolve("rules/p2.weir"));
    StringBuilder events = new StringBuilder("ts,seq,cardId,amount,merchant,country,type\n");
    for (int i = 0; i < 2_000; i++) {
      events.append(1000 * i).append(',').append(i).append(",1,").append(i % 500 + 0.5);
      events.append(",1,1,1\n");
    }
    Cli.write(folder.resolve("p2.csv"), events.toString());
    Path cases = Cli.HOME.resolve("server/src/test/resources/conformance/own.jsonl");
    for (String name : List.of("cases.jsonl", "flink.jsonl", "random.jsonl")) {
      Files.copy(cases, folder.resolve(name));
    }
    Cli.write(folder.resolve("shop/weir.yaml"), "http: {listen: '127.0.0.1:0'}\n");
    Cli.write(folder.resolve("shop/rules/rules.weir"), Cli.RULES);
    Cli.Result kept = Cli.shell(folder, "weir run samples/card-fraud --data data > kept.txt");
    assertThat(kept.code()).as(Cli.read(folder.resolve(".err"))).isZero(); // for `weir replay`
    Map<String, CommandLine> commands = commands();
    commands.remove("journal"); // needs a log, which its own test writes
    commands.remove("alerts"); // needs a data folder, as RunWithDataTest makes it
    commands.remove("sinks"); // and these, sinks: RunWithSinksTest
    commands.remove("dlq");
    List.of("plan", "apply", "rollback", "history").forEach(commands::remove); // RulesCommandsTest
    commands.remove("lsp"); // speaks with an editor, as LanguageServerTest does
    List<CommandLine> all = new ArrayList<>(commands.values());
    all.add(all.get(0).getParent());
    for (CommandLine command : all) {
      for (String example : examples(command)) {
        Cli.Result result = Cli.shell(folder, "set -o pipefail; " + example);
        String err = Cli.read(folder.resolve(".err"));
        assertThat(result.code()).as(example + "\n" + result.out() + err).isZero();
      }
    }
    assertThat(folder.resolve("out.jsonl")).isNotEmptyFile();
    assertThat(folder.resolve("report.xml")).isNotEmptyFile();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.getParent());
            Files.copy(file, target);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
