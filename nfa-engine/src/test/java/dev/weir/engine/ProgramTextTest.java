package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Programs as text against golden files beside the test; {@code -Dweir.golden.update=true} rewrites
 * them.
 */
class ProgramTextTest {
  private static final String RULES =
      """
      event Payment { card text, amount money, terminal int, note text?, at time } keep 1d
      event Reversal { card text, of int?, at time }
      rule when_rule {
        by card
        when on Payment amount > 2 * avg(Payment.amount over 1h before this) and terminal in (1, 2)
        alert "{count(Payment over 1h)} of {distinct(Payment.terminal where amount > 5 over 2h)}"
      }
      rule match_rule {
        by card
        match probe: Payment {2..3} where amount < 5
              then any (without Reversal where of = probe[1].terminal) big: Payment where amount > 2 * avg(probe.amount)
              then all of { a: Payment where note starts with "x"; b: Reversal then c: Payment }
              then no Reversal for 5m
        unless Reversal where of is missing
        within 10m
        pick all limit 3
        after match consume start
        alert "{sum(probe.amount)}" { score 80, first: probe[1].amount }
        suppress 1h by card
      }
      """;

  @Test
  void shouldPrintEverythingThatRuns() throws IOException {
    check("program.txt", Program.compile(Harness.plan(RULES)).print());
  }

  @Test
  void shouldPrintTheSameProgramTheSameWay() {
    assertThat(Program.compile(Harness.plan(RULES)).print())
        .isEqualTo(Program.compile(Harness.plan(RULES)).print());
  }

  private static void check(String golden, String found) throws IOException {
    if (Boolean.getBoolean("weir.golden.update")) {
      Path file =
          Path.of(System.getProperty("weir.home", ".."))
              .resolve("nfa-engine/src/test/resources/dev/weir/engine")
              .resolve(golden);
      Files.createDirectories(file.getParent());
      Files.writeString(file, found);
      return;
    }
    try (InputStream in = ProgramTextTest.class.getResourceAsStream(golden)) {
      assertThat(in).as("golden file " + golden).isNotNull();
      assertThat(found).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
