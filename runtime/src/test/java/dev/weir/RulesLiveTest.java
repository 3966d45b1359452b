package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.alerts.AlertExport;
import dev.weir.journal.Durability;
import dev.weir.rules.RuleChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules change while the engine runs. */
class RulesLiveTest {
  private static final String TYPES =
      """
      event Payment { card text, amount int, at time } keep 1d
      list watched text from "watched.csv"
      """;
  private static final String ACROSS =
      """
      rule across {
        by card
        when (count(Payment over 1m by amount) >= 2) and (count(Payment ever by amount) >= 3)
        alert "{max(Payment.amount over 10s by card)}" {
          n: count(Payment over 1m by amount before this) }
      }
      """;
  private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

  @TempDir private Path folder;
  private Path rules;
  private Path data;
  private int sent;

  @BeforeEach
  void makeRules() throws IOException {
    rules = Files.createDirectory(folder.resolve("rules"));
    data = folder.resolve("data");
    Files.writeString(rules.resolve("types.weir"), TYPES);
    Files.writeString(rules.resolve("watched.csv"), "c1\nc2\nc3\nc4\n");
    write("steady", "", 900);
    write("pair", "", 50);
  }

  private void write(String name, String life, int more) throws IOException {
    Files.writeString(
        rules.resolve(name + ".weir"),
        "rule "
            + name
            + " {\n by card\n match p: Payment where amount < 5 and card in watched\n"
            + " then q: Payment where amount > "
            + more
            + "\n within 10m\n "
            + life
            + "\n alert \"{q.amount}\" { n: count(Payment over 1h) }\n}\n");
  }

  private Weir open(int shards) {
    return Weir.open(
        WeirConfig.of(rules)
            .withData(data, Durability.process())
            .withIdleTime(Duration.ofDays(1))
            .withOptions(PipelineOptions.defaults().withShards(shards)));
  }

  private void send(Weir weir, String card, int amount) {
    weir.events("Payment")
        .send(Map.of("card", card, "amount", amount, "at", BEGIN.plusSeconds(sent++)));
  }

  private List<String> alerts() {
    List<String> alerts = new ArrayList<>();
    AlertExport.run(DataFolder.alertsOf(data), alert -> alerts.add(alert.json()));
    return alerts;
  }

  private static List<String> texts(List<String> alerts) {
    return alerts.stream()
        .map(a -> a.replaceAll(".*\"rule\":\"([a-z]+)\".*\"text\":\"([0-9]+)\".*", "$1 $2"))
        .toList();
  }

  private static void delete(Path path) throws IOException {
    try (Stream<Path> walk = Files.walk(path)) {
      for (Path file : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void shouldNameInADecisionTheSetThatJudgedTheEvent() throws IOException {
    try (Weir weir = open(2)) {
      Map<String, Object> payment = Map.of("card", "c1", "amount", 1, "at", BEGIN);
      assertThat(weir.events("Payment").decide(payment).ruleSet()).contains(weir.ruleSet());
      write("pair", "", 70);
      String next = weir.apply(rules, "").hash();
      assertThat(weir.events("Payment").decide(payment).ruleSet()).contains(next);
      write("pair", "", 80);
      weir.apply(rules, "");
      weir.rollback("");
      assertThat(weir.events("Payment").decide(payment).ruleSet()).contains(next);
    }
  }

  @Test
  void shouldCompleteOpenMatchesByTheOldVersionAndJudgeNewOnesByTheNew() throws IOException {
    String first;
    String second;
    try (Weir weir = open(1)) {
      send(weir, "c3", 1);
      send(weir, "c3", 60);
      send(weir, "c1", 1);
      weir.flush();
      first = weir.ruleSet();
      write("pair", "", 70);
      assertThat(weir.plan(rules))
          .extracting(c -> c.change().rule() + " " + c.change().then() + " " + c.open())
          .containsExactly("pair FINISH 1", "steady KEEP 2");
      Weir.Applied applied = weir.apply(rules, "test");
      assertThat(applied.position()).isEqualTo(3);
      second = applied.hash();
      assertThat(applied.rules()).containsExactly("pair", "steady");
      assertThat(weir.ruleSet()).isEqualTo(applied.hash());
      send(weir, "c2", 1);
      send(weir, "c2", 60);
      send(weir, "c1", 60);
      send(weir, "c2", 1000);
      send(weir, "c1", 1000);
      weir.flush();
    }
    assertThat(texts(alerts()))
        .containsExactly("pair 60", "pair 60", "pair 1000", "steady 1000", "steady 1000");
    assertThat(alerts().stream().map(a -> a.replaceAll(".*\"ruleset\":\"([^\"]+)\".*", "$1")))
        .as("the set in force at the record that let the alert out, of a closing rule too")
        .containsExactly(first, second, second, second, second);
  }

  @Test
  void shouldKeepTheOldSetWhereTheNewOneHasMistakes() throws IOException {
    try (Weir weir = open(1)) {
      weir.start();
      String before = weir.ruleSet();
      Files.writeString(rules.resolve("pair.weir"), "rule pair { by crad match }");
      Files.writeString(rules.resolve("steady.weir"), "rule steady { by card when x > 1 }");
      assertThatThrownBy(() -> weir.apply(rules, "test"))
          .isInstanceOf(WeirException.class)
          .hasMessageContaining("pair.weir")
          .hasMessageContaining("steady.weir");
      assertThat(weir.ruleSet()).isEqualTo(before);
      assertThat(weir.rules()).containsExactly("pair", "steady");
    }
  }

  @Test
  void shouldNotDeployWhatMeansTheSame() throws IOException {
    try (Weir weir = open(1)) {
      weir.start();
      Path file = rules.resolve("pair.weir");
      Files.writeString(file, "# a comment\n\n" + Files.readString(file));
      assertThat(weir.apply(rules, "test").position()).isEqualTo(-1);
      assertThat(weir.flush()).isZero();
    }
  }

  @Test
  void shouldGoBackToTheSetBefore() throws IOException {
    try (Weir weir = open(1)) {
      weir.start();
      String first = weir.ruleSet();
      assertThatThrownBy(() -> weir.rollback("test")).isInstanceOf(WeirException.class);
      write("pair", "on update discard", 70);
      Weir.Applied second = weir.apply(rules, "analyst");
      assertThat(weir.rollback("test").hash()).isEqualTo(first);
      assertThat(weir.history())
          .extracting(e -> e.position() + " " + e.deployment().hash())
          .containsExactly("-1 " + first, "0 " + second.hash(), "1 " + first);
    }
  }

  @Test
  void shouldTakeUpChangedRulesAtTheNextStart() throws IOException {
    try (Weir weir = open(1)) {
      send(weir, "c1", 1);
      weir.flush();
    }
    Files.writeString(rules.resolve("watched.csv"), "c9\n");
    write("pair", "on update carry", 80);
    try (Weir weir = open(1)) {
      weir.start();
      assertThat(weir.plan(rules))
          .extracting(c -> c.change().what())
          .containsOnly(RuleChange.What.UNCHANGED);
      send(weir, "c1", 70);
      send(weir, "c1", 90);
      send(weir, "c2", 1);
      send(weir, "c2", 90);
      weir.flush();
    }
    assertThat(texts(alerts())).containsExactly("pair 90");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void shouldGiveTheSameAlertsWhenTheJournalIsFoldedAgain(int shards) throws IOException {
    long seed = Long.getLong("weir.seed", 77L);
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    // events wait for the watermark while rules change
    Files.writeString(rules.resolve("types.weir"), TYPES.replace("keep 1d", "late 3s keep 1d"));
    for (int process = 0; process < 3; process++) {
      try (Weir weir = open(shards)) {
        for (int round = 0; round < 12; round++) {
          for (int i = 0; i < 40; i++) {
            send(weir, "c" + random.nextInt(6), random.nextInt(100));
          }
          String[] lives = {"", "on update carry", "on update discard"};
          if (random.nextBoolean()) {
            Files.deleteIfExists(rules.resolve("across.weir"));
          } else {
            Files.writeString(rules.resolve("across.weir"), ACROSS);
          }
          if (random.nextInt(4) == 0) {
            Files.deleteIfExists(rules.resolve("other.weir"));
          } else {
            String name = random.nextBoolean() ? "pair" : "other";
            write(name, lives[random.nextInt(3)], 20 + random.nextInt(70));
          }
          weir.apply(rules, "round " + round);
        }
        weir.flush();
      }
    }
    List<String> before = alerts();
    assertThat(before).hasSizeGreaterThan(50);
    List<String> replayed = new ArrayList<>();
    Replay.Summary summary =
        Replay.asDeployed(
            data,
            Replay.Range.ALL,
            Replay.MAX_SPEED,
            alert -> replayed.add(alert.json()),
            () -> false);
    assertThat(replayed).isEqualTo(before);
    assertThat(summary.alerts()).isEqualTo(before.size());
    delete(data.resolve("alerts"));
    try (Weir weir = open(5 - shards)) {
      weir.flush();
    }
    assertThat(alerts()).isEqualTo(before);
  }
}
