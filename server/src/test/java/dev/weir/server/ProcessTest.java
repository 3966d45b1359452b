package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What only a process of its own shows: exit codes, pipes, terminals, signals. */
class ProcessTest {
  private static final String RUN = "weir run --rules rules.weir --input Payment=rows.csv";

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Enough for a run to notice a signal many times over; a bound for when it does not. */
  private static final int ROWS_MAX = 2_000_000;

  @TempDir Path folder;

  @BeforeEach
  void writeFiles() {
    Cli.write(folder.resolve("rules.weir"), Cli.RULES);
    Cli.write(folder.resolve("rows.csv"), Cli.ROWS);
  }

  private String err() {
    return Cli.read(folder.resolve(".err"));
  }

  @Test
  void shouldPrintTheSameBytesAsInProcess() {
    Cli.Result result = Cli.shell(folder, RUN);
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .isEqualTo(
            Cli.run(
                    "run",
                    "--rules",
                    folder.resolve("rules.weir"),
                    "--input",
                    "Payment=" + folder.resolve("rows.csv"))
                .out());
    assertThat(Cli.shell(folder, "weir nonsense").code()).isEqualTo(2);
  }

  @Test
  void shouldEndQuietlyWhenTheReaderGoesAway() {
    StringBuilder rows = new StringBuilder(Cli.ROWS);
    for (int i = 0; i < 20_000; i++) {
      rows.append('x').append(i).append(",z,500,2026-01-01T00:02:00Z\n");
    }
    Cli.write(folder.resolve("rows.csv"), rows.toString());
    Cli.Result result = Cli.shell(folder, RUN + " | head -n 1; echo ${PIPESTATUS[0]}");
    assertThat(Cli.lines(result.out())).hasSize(2);
    assertThat(Cli.lines(result.out()).get(1)).isEqualTo("141");
    assertThat(err()).isEmpty();
  }

  @Test
  void shouldSayThatTheOutputCannotBeWritten() {
    assumeTrue(Files.exists(Path.of("/dev/full")), "skipped: no /dev/full here");
    Cli.Result result = Cli.shell(folder, RUN + " > /dev/full");
    assertThat(result.code()).isEqualTo(74);
    assertThat(err()).startsWith("weir: cannot write to standard output: ");
  }

  @Test
  void shouldShowATableAndProgressOnATerminal() {
    Cli.Result table = Cli.shell(folder, "WEIR_TEST_TTY=12 " + RUN);
    assertThat(table.out()).startsWith("TIME ").contains("card a paid 150.00");
    Cli.Result json = Cli.shell(folder, "WEIR_TEST_TTY=12 " + RUN + " --format json");
    assertThat(json.out()).startsWith("{\"id\":");
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void shouldStopInOrderWhenToldTo(String signal, int code) throws IOException {
    // whoever runs the tests in the background may have interrupts ignored
    String heeding = "env --default-signal=INT ";
    assumeTrue(Cli.shell(folder, heeding + "true").code() == 0, "skipped: no env of coreutils");
    assertThat(Cli.shell(folder, "mkfifo events").code()).isZero();
    Process process =
        Cli.start(
            folder,
            "exec "
                + heeding
                + "weir run --rules rules.weir --input Payment=events --alerts out.jsonl > alerts");
    boolean isAsked = false;
    // opening waits until the run reads; it then goes on for as long as it is fed
    try (OutputStream events = Files.newOutputStream(folder.resolve("events"))) {
      events.write("id,card,amount,at\n".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < ROWS_MAX && process.isAlive(); i++) {
        String row = i + ",c" + i + ",500," + START.plusSeconds(i) + "\n";
        events.write(row.getBytes(StandardCharsets.UTF_8));
        if (!isAsked && i % 1000 == 0 && Files.size(folder.resolve("alerts")) > 0) {
          isAsked = true;
          String kill = "kill -" + signal + " " + process.pid();
          assertThat(new ProcessBuilder("bash", "-c", kill).start().waitFor()).isZero();
        }
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("Broken pipe"); // it no longer reads
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(isAsked).isTrue();
    try {
      assertThat(process.waitFor()).isEqualTo(code);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(err()).startsWith("stopped before the end of the input\n").contains(" alerts");
    assertThat(folder.resolve("out.jsonl")).doesNotExist();
    assertThat(folder.resolve("out.jsonl.part")).isNotEmptyFile();
  }
}
