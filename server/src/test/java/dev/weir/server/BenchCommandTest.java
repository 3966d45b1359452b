package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir bench} finds the same matches in every pass and says so; times are not looked at. */
class BenchCommandTest {
  private static final String RULES =
      """
      event Payment { id int, card text, amount money, at time } late 10s
      rule pair {
        by card
        match a: Payment where amount < 5 then b: Payment where amount > 100
        within 1m
        alert "{card}"
        suppress 1h
      }
      test "one pair" for pair {
        at 0s Payment { id 1, card "c", amount 1.00 }
        at 1s Payment { id 2, card "c", amount 101.00 }
        expect pair at 1s
      }
      """;
  private static final String HEADER = "id,card,amount,at\n";
  private static final String FIRST = "1,c,1.00,2026-01-01T00:00:00Z\n";
  private static final String SECOND = "2,c,200.00,2026-01-01T00:00:05Z\n";
  private static final String THIRD = "3,c,1.00,2026-01-01T00:00:06Z\n";
  private static final String FOURTH = "4,c,200.00,2026-01-01T00:00:07Z\n";

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeRules() throws IOException {
    Files.writeString(folder.resolve("rules.weir"), RULES);
  }

  private int bench(String lines, String... more) throws IOException {
    Path file = folder.resolve("payments.csv");
    Files.writeString(file, HEADER + lines);
    String[] args = new String[7 + more.length];
    args[0] = "bench";
    args[1] = "--rules";
    args[2] = folder.resolve("rules.weir").toString();
    args[3] = "--input";
    args[4] = "Payment=" + file;
    args[5] = "--warm";
    args[6] = "0";
    System.arraycopy(more, 0, args, 7, more.length);
    return WeirCommand.execute(new PrintWriter(out), new PrintWriter(err), args);
  }

  @Test
  void shouldCountMatchesBeforeSuppressionAndNameEachFigure() throws IOException {
    assertThat(bench(FIRST + SECOND + THIRD + FOURTH, "--repeat", "3")).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("4 events, matches=2 digest=")
        .contains("engine, CPU ns/event")
        .contains("records read and dropped")
        .contains("decoding from the files")
        .contains("allocated bytes/event");
  }

  @Test
  void shouldHoldEventsThatComeOutOfOrder() throws IOException {
    assertThat(bench(SECOND + FIRST + FOURTH + THIRD)).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("4 events, matches=2 digest=");
  }

  @Test
  void shouldRefuseWhatCannotBeMeasured() throws IOException {
    assertThat(bench(FIRST, "--repeat", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--repeat must be at least 1");
    assertThat(bench("")).isEqualTo(ExitCode.DATA);
    assertThat(err.toString()).contains("no events to measure");
    assertThat(bench("x,c,1.00,2026-01-01T00:00:00Z\n")).isEqualTo(ExitCode.DATA);
    assertThat(err.toString()).contains("payments.csv:2");
  }
}
