package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dsl.plan.RulePlan;
import dev.weir.journal.Durability;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The embedding API, with an event time of its own: what it gives depends on no wall clock. */
class WeirTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final String RULES =
      """
      event Pay { id text id within 10m, card text, amount money, note text?, at time }
        late 5s to side

      rule large {
        by card
        when on Pay amount > 100
        alert "{card} {amount}"
      }
      """;

  @TempDir Path folder;

  private Path rules;
  private final List<String> alerts = Collections.synchronizedList(new ArrayList<>());
  private int count;

  public record Pay(String id, String card, BigDecimal amount, Instant at) {}

  @BeforeEach
  void writeRules() throws IOException {
    rules = Files.writeString(folder.resolve("rules.weir"), RULES);
  }

  private Weir open(WeirConfig config) {
    Weir weir = Weir.open(config);
    weir.onAlert(alert -> alerts.add(alert.text()));
    return weir;
  }

  private Map<String, Object> pay(String card, String amount, long second) {
    return Map.of(
        "id", "p" + count++, "card", card, "amount", new BigDecimal(amount), "at", at(second));
  }

  private static Instant at(long second) {
    return START.plusSeconds(second);
  }

  @ParameterizedTest
  @EnumSource(PipelineOptions.Threading.class)
  void shouldGiveAlertsOnceTheWatermarkHasPassed(PipelineOptions.Threading threading) {
    PipelineOptions options = PipelineOptions.defaults().withThreading(threading).withShards(2);
    try (Weir weir = open(WeirConfig.of(rules).withOptions(options))) {
      Events pays = weir.events("Pay");
      pays.send(pay("a", "150.00", 0));
      pays.send(new Pay("x", "b", new BigDecimal("100.01"), at(1)));
      assertThat(weir.flush()).isEqualTo(2);
      assertThat(alerts).as("others may still come").isEmpty();

      int amount = pays.field("amount");
      int at = pays.field("at");
      pays.begin(64).putText(pays.field("id"), "y").putText(pays.field("card"), "c");
      pays.encoder().putLong(amount, 99_999).putLong(at, at(6).getEpochSecond() * 1_000_000_000L);
      pays.send();
      assertThat(weir.flush()).isEqualTo(3);
      assertThat(alerts).containsExactly("a 150.00", "b 100.01");
    }
    assertThat(alerts).as("c waits for the watermark").hasSize(2);
  }

  @Test
  void shouldRefuseWhatTheTypeCannotHoldAndGoOn() throws IOException {
    Path letters = folder.resolve("letters.jsonl");
    Path late = folder.resolve("late.jsonl");
    try (Weir weir = open(WeirConfig.of(rules).withDeadLetters(letters).withLate(late))) {
      Events pays = weir.events("Pay");
      assertThatThrownBy(() -> weir.events("Pai")).hasMessageContaining("no event type `Pai`");
      assertThatThrownBy(() -> pays.send(Map.of("kard", "a"))).hasMessageContaining("`kard`");
      assertThatThrownBy(() -> pays.send(Map.of("card", "a"))).hasMessageContaining("missing");
      assertThatThrownBy(() -> pays.send(Map.of("amount", 1.5))).hasMessageContaining("Double");
      assertThatThrownBy(() -> pays.begin(8).putText(pays.field("card"), "a".repeat(100)))
          .isInstanceOf(IndexOutOfBoundsException.class);
      pays.drop();
      pays.sendAndAwait(pay("a", "1.00", 0));
    }
    assertThat(letters).doesNotExist();
    try (Weir weir = open(WeirConfig.of(rules).withDeadLetters(letters).withLate(late))) {
      Events pays = weir.events("Pay");
      Map<String, Object> future =
          Map.of("id", "f", "card", "a", "amount", "1.00", "at", Instant.now().plusSeconds(7200));
      assertThatThrownBy(() -> pays.sendAndAwait(future)).hasMessageContaining("refused");
      assertThat(pays.sendAndAwait(pay("a", "1.00", 100))).isZero();
      assertThat(pays.sendAndAwait(pay("a", "200.00", 10))).isEqualTo(1);
      weir.flush();
    }
    assertThat(Files.readString(letters)).contains("\"file\":\"program\"", "in the future");
    assertThat(Files.readString(late))
        .startsWith("{\"position\":\"1\",\"type\":\"Pay\",\"event\":{\"id\":\"p")
        .contains("\"card\":\"a\",\"amount\":\"200.00\"");
    assertThat(alerts).isEmpty();
  }

  @Test
  void shouldGoOnWhereItEndedAndGiveEachAlertOnce() {
    WeirConfig config =
        WeirConfig.of(rules)
            .withData(folder.resolve("data"), Durability.group(Duration.ofMillis(2)));
    for (int run = 0; run < 3; run++) {
      try (Weir weir = open(config)) {
        Events pays = weir.events("Pay");
        long first = pays.sendAndAwait(pay("a", "150.0" + run, 100L * run));
        assertThat(first).isEqualTo(2L * run);
        pays.send(pay("a", "1.00", 100L * run + 5));
      }
      assertThat(alerts).hasSize(run + 1);
    }
    assertThat(alerts).containsExactly("a 150.00", "a 150.01", "a 150.02");
    assertThatThrownBy(() -> Weir.open(config.withData(rules, Durability.process())))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void shouldThrowWhatEndedItAndThenCloseWithItsFolder() {
    WeirConfig config = WeirConfig.of(rules).withData(folder.resolve("data"), Durability.process());
    IllegalStateException fault = new IllegalStateException("of the receiver");
    assertThatThrownBy(
            () -> {
              try (Weir weir = Weir.open(config)) {
                weir.onAlert(
                    alert -> {
                      throw fault;
                    });
                weir.events("Pay").send(pay("a", "150.00", 0));
                weir.events("Pay").send(pay("a", "1.00", 100));
                weir.flush();
              }
            })
        .isSameAs(fault)
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .singleElement()
                    .isInstanceOf(WeirException.class)
                    .extracting(Throwable::getCause)
                    .isSameAs(fault));
    try (Weir weir = open(config)) {
      assertThat(weir.flush()).isEqualTo(2);
    }
  }

  @Test
  void shouldMoveTimeOnWhileNothingIsSent() throws IOException {
    Files.writeString(
        rules,
        """
        event Pay { card text, at time } late 0s to drop
        rule alone {
          by card
          match pay: Pay then no Pay for 150ms
          alert "{card} alone"
        }
        """);
    PipelineOptions options = PipelineOptions.defaults();
    PipelineOptions quick =
        new PipelineOptions(
            options.threading(),
            options.idle(),
            1,
            options.ringBytes(),
            options.budgetBytes(),
            options.ahead(),
            Duration.ofMillis(20),
            options.checkpointEvery());
    try (Weir weir =
        open(WeirConfig.of(rules).withIdleTime(Duration.ofMillis(40)).withOptions(quick))) {
      weir.events("Pay").send(Map.of("card", "a", "at", at(0)));
      while (alerts.isEmpty()) {
        weir.await();
      }
    }
    assertThat(alerts).containsExactly("a alone");
  }

  private static final String DECIDING =
      """
      event Pay { card text, payer text, amount money, at time }

      rule much {
        by payer  on arrival
        when on Pay amount > 100
        decide decline
        alert "much" { score 80 }
      }
      rule more {
        by card  on arrival
        when on Pay amount > 100
        decide decline
        suppress 1h
        alert "more" { score 70 }
      }
      rule some {
        by card  on arrival
        when on Pay amount > 50
        decide review
        alert "some" { score 20 }
      }
      rule told {
        by card  on arrival
        when on Pay amount > 10
        alert "told"
      }
      """;

  private static Map<String, Object> pay(int who, String amount) {
    return Map.of(
        "card", "c" + who, "payer", "p" + who, "amount", new BigDecimal(amount), "at", at(who));
  }

  /** Rules of one event stand in several shards; each place in which they may do so comes up. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void shouldAnswerWithTheStrictestDecisionAndOfEquallyStrictOnesTheFirstRules(int shards)
      throws IOException {
    Files.writeString(rules, DECIDING);
    PipelineOptions options = PipelineOptions.defaults().withShards(shards);
    try (Weir weir = open(WeirConfig.of(rules).withOptions(options))) {
      Events pays = weir.events("Pay");
      for (int who = 0; who < 20; who++) {
        Decision none = pays.decide(pay(who, "5"));
        assertThat(none).isEqualTo(decision(none.position(), null, "", 0, weir.ruleSet()));
        Decision told = pays.decide(pay(who, "20"));
        assertThat(told.answer()).isEmpty();
        assertThat(told.alerts()).hasSize(1);
        Decision some = pays.decide(pay(who, "60"));
        assertThat(some.answer()).contains(RulePlan.Decision.REVIEW);
        assertThat(some.rule()).contains("some");
        assertThat(some.alerts()).hasSize(2);
        Decision more = pays.decide(pay(who, "500"));
        assertThat(more.answer()).contains(RulePlan.Decision.DECLINE);
        assertThat(more.rule()).contains("more");
        assertThat(more.score()).contains(new BigDecimal("70"));
        assertThat(more.alerts()).hasSize(4);
        Decision again = pays.decide(pay(who, "500"));
        assertThat(again.rule()).as("held back, and decides").contains("more");
        assertThat(again.alerts()).as("without the one held back").hasSize(3);
        assertThat(again.position()).isEqualTo(more.position() + 1);
      }
      assertThat(weir.lateDecisions()).isZero();
    }
  }

  private static Decision decision(
      long position, RulePlan.@Nullable Decision answer, String rule, int score, String ruleSet) {
    return new Decision(
        position,
        Optional.ofNullable(answer),
        Optional.of(rule).filter(r -> !r.isEmpty()),
        answer == null ? Optional.empty() : Optional.of(BigDecimal.valueOf(score)),
        Optional.of(ruleSet),
        List.of(),
        false);
  }

  /** The engine has not begun the next turn when a nanosecond is over. */
  @Test
  void shouldAnswerWhatIsDeclaredWhenTheTimeForADecisionIsOver() throws IOException {
    Files.writeString(rules, DECIDING);
    WeirConfig hasty =
        WeirConfig.of(rules).withDecisions(Duration.ofNanos(1), RulePlan.Decision.REVIEW);
    List<String> given = Collections.synchronizedList(new ArrayList<>());
    try (Weir weir = Weir.open(hasty)) {
      weir.onAlert(alert -> given.add(alert.text()));
      Events pays = weir.events("Pay");
      int late = 0;
      for (int i = 0; i < 3_000; i++) { // more than can wait at one time
        Decision decision;
        do { // an event that was not taken, since the engine is behind, is the caller's to repeat
          decision = pays.decide(pay(i, "20"));
          if (decision.isDefault()) {
            late++;
            assertThat(decision.answer()).contains(RulePlan.Decision.REVIEW);
          }
        } while (decision.position() == Decision.NOT_TAKEN);
      }
      assertThat(late).isPositive();
      assertThat(weir.lateDecisions()).isEqualTo(late);
      weir.flush();
      assertThat(given).as("taken and evaluated all the same").hasSize(3_000);
    }
  }

  @Test
  void shouldSayAllMistakesOfTheRules() throws IOException {
    Files.writeString(rules, RULES.replace("on Pay amount > 100", "on Pay amuont > 100"));
    assertThatThrownBy(() -> Weir.open(WeirConfig.of(rules)))
        .isInstanceOf(WeirException.class)
        .hasMessageContaining("amuont");
  }
}
