package dev.weir.alerts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.alerts.TestLog;
import dev.weir.journal.Log;
import dev.weir.journal.Retention;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveriesTest {
  private static final long SEED = Long.getLong("weir.seed", 20260511L);
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Retries after 10 s, 20 s, 40 s, 40 s …; an alert is given up after 10 min. */
  private static final DeliveryPolicy POLICY =
      DeliveryPolicy.DEFAULT
          .withParallel(1)
          .withRate(1e9)
          .withBreaker(1_000_000, SECOND)
          .withRetry(Duration.ofSeconds(10), Duration.ofSeconds(40), Duration.ofMinutes(10));

  @TempDir private Path folder;
  private final VirtualClock clock = new VirtualClock();
  private final List<Delivery> attempts = new ArrayList<>();
  private final List<Duration> times = new ArrayList<>();
  private TestLog alerts;
  private Function<Delivery, Outcome> receiver = delivery -> Outcome.DELIVERED;

  @BeforeEach
  void openLog() {
    alerts = new TestLog(folder.resolve("alerts"));
  }

  @AfterEach
  void closeLog() {
    alerts.close();
  }

  private Deliveries open(DeliveryPolicy policy) {
    Sink sink =
        delivery -> {
          attempts.add(delivery);
          times.add(Duration.ofNanos(clock.ticksNs()));
          return receiver.apply(delivery);
        };
    return new Deliveries(
        folder.resolve("deliveries"),
        alerts.log(),
        List.of(new SinkSpec("desk", sink, policy, false)),
        clock,
        Runnable::run);
  }

  private Path desk() {
    return Deliveries.folderOf(folder.resolve("deliveries"), "desk");
  }

  private static void work(Deliveries deliveries) {
    while (deliveries.doWork() > 0) {
      // until there is nothing to do at this time
    }
  }

  /** Works second by second. */
  private void workFor(Deliveries deliveries, Duration time) {
    for (Duration t = Duration.ZERO; t.compareTo(time) < 0; t = t.plus(SECOND)) {
      work(deliveries);
      clock.pass(SECOND);
    }
    work(deliveries);
  }

  private void add(int... keys) {
    for (int key : keys) {
      alerts.add(key, clock.wallNs());
    }
  }

  private List<Long> attempted() {
    return attempts.stream().map(Delivery::position).toList();
  }

  private static SinkStatus status(Deliveries deliveries) {
    return deliveries.status().get(0);
  }

  @Test
  void shouldDeliverEachAlertOnceInTheOrderOfTheLog() {
    add(1, 2, 1);
    try (Deliveries deliveries = open(POLICY)) {
      work(deliveries);
      assertThat(attempted()).containsExactly(0L, 1L, 2L);
      add(3);
      assertThat(deliveries.isDone()).isFalse();
      work(deliveries);
      assertThat(attempted()).containsExactly(0L, 1L, 2L, 3L);
      assertThat(deliveries.isDone()).isTrue();
      assertThat(status(deliveries).delivered()).isEqualTo(4);
      assertThat(status(deliveries).pending()).isZero();
    }
  }

  @Test
  void shouldPutTheBytesOfTheLogIntoAnEnvelopeThatDoesNotChangeWithTheAttempt() {
    add(1);
    clock.pass(Duration.ofMillis(1500));
    receiver = delivery -> delivery.attempt() == 1 ? Outcome.failed("no") : Outcome.DELIVERED;
    try (Deliveries deliveries = open(POLICY)) {
      workFor(deliveries, Duration.ofMinutes(1));
    }
    assertThat(attempts).extracting(Delivery::attempt).containsExactly(1, 2);
    assertThat(attempts)
        .extracting(delivery -> new String(delivery.envelope(), StandardCharsets.UTF_8))
        .containsOnly(
            "{\"type\":\"weir.alert.raised\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"data\":"
                + "{\"id\":\""
                + TestLog.id(0)
                + "\",\"key\":1,\"n\":0}}");
    assertThat(attempts.get(0).attemptedNs() - attempts.get(0).detectedNs())
        .isEqualTo(1_500_000_000L);
  }

  @Test
  void shouldGoOnWhereItStoodAfterARestart() {
    add(1, 2, 3);
    try (Deliveries deliveries = open(POLICY)) {
      work(deliveries);
    }
    add(4);
    try (Deliveries deliveries = open(POLICY)) {
      work(deliveries);
    }
    assertThat(attempted()).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void shouldLetOtherKeysGoOnWhileOneFails() {
    receiver =
        delivery ->
            delivery.position() == 0 && delivery.attempt() < 3
                ? Outcome.failed("busy")
                : Outcome.DELIVERED;
    add(1, 2, 1, 2);
    try (Deliveries deliveries = open(POLICY)) {
      work(deliveries);
      assertThat(attempted()).containsExactly(0L, 1L, 3L);
      assertThat(status(deliveries).pending()).isEqualTo(2);
      assertThat(status(deliveries).oldestNs()).isEqualTo(VirtualClock.START_NS);
      workFor(deliveries, Duration.ofMinutes(1));
      assertThat(attempted()).containsExactly(0L, 1L, 3L, 0L, 0L, 2L);
    }
  }

  @Test
  void shouldRememberFailedAttemptsOverARestart() {
    receiver = delivery -> Outcome.failed("down");
    add(1);
    try (Deliveries deliveries = open(POLICY)) {
      workFor(deliveries, Duration.ofSeconds(25));
    }
    int before = attempts.size();
    assertThat(before).isGreaterThan(1);
    try (Deliveries deliveries = open(POLICY)) {
      work(deliveries);
      assertThat(attempts.get(before).attempt()).isEqualTo(before + 1);
      clock.pass(Duration.ofMinutes(10));
      work(deliveries);
      assertThat(status(deliveries).dead()).as("counted from the first attempt").isEqualTo(1);
    }
  }

  @Test
  void shouldPauseTwiceAsLongAfterEachFailureLessAPartByChance() {
    receiver = delivery -> Outcome.failed("down");
    add(1, 2);
    try (Deliveries deliveries = open(POLICY)) {
      workFor(deliveries, Duration.ofMinutes(5));
    }
    Map<Long, List<Duration>> byAlert = new HashMap<>();
    for (int i = 0; i < attempts.size(); i++) {
      byAlert.computeIfAbsent(attempts.get(i).position(), p -> new ArrayList<>()).add(times.get(i));
    }
    for (List<Duration> tries : byAlert.values()) {
      for (int i = 1; i < tries.size(); i++) {
        long longest = Math.min(10L << (i - 1), 40);
        long pause = tries.get(i).minus(tries.get(i - 1)).toSeconds();
        assertThat(pause).isBetween(longest / 2, longest + 1); // the test looks once a second
      }
    }
    assertThat(byAlert.get(0L)).as("by chance").isNotEqualTo(byAlert.get(1L));
  }

  @Test
  void shouldGiveUpAnAlertInTimeAndKeepItAsADeadLetter() throws IOException {
    receiver =
        delivery -> delivery.position() == 0 ? Outcome.failed("says\nno") : Outcome.DELIVERED;
    add(1, 1);
    try (Deliveries deliveries = open(POLICY)) {
      workFor(deliveries, Duration.ofMinutes(9));
      assertThat(attempted()).containsOnly(0L);
      workFor(deliveries, Duration.ofMinutes(2));
      assertThat(attempted()).endsWith(1L);
      assertThat(status(deliveries).dead()).isEqualTo(1);
      assertThat(status(deliveries).givenUp()).isEqualTo(1);
      assertThat(status(deliveries).pending()).isZero();
    }
    assertThat(DeadLetters.look(desk()))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.id()).isEqualTo(TestLog.id(0));
              assertThat(letter.reason()).isEqualTo("says no");
              assertThat(letter.alert()).contains("\"n\":0");
              assertThat(letter.attempts()).isGreaterThan(10);
            });
  }

  @Test
  void shouldDeliverADeadLetterAgainWhenAsked() throws IOException {
    receiver = delivery -> Outcome.failed("no");
    add(1);
    try (Deliveries deliveries = open(POLICY)) {
      workFor(deliveries, Duration.ofMinutes(11));
      int before = attempts.size();
      receiver = delivery -> Outcome.DELIVERED;
      Requests.resend(desk(), 0, 1);
      workFor(deliveries, Duration.ofSeconds(2));
      assertThat(attempts).hasSize(before + 1);
      assertThat(attempts.get(before).id()).isEqualTo(TestLog.id(0));
      assertThat(status(deliveries).dead()).isZero();
      assertThat(DeadLetters.look(desk())).isEmpty();
    }
  }

  @Test
  void shouldDeliverARangeAgainUnderTheSameIds() throws IOException {
    add(1, 2, 3, 4);
    try (Deliveries deliveries = open(POLICY)) {
      work(deliveries);
    }
    Requests.resend(desk(), 1, 3);
    try (Deliveries deliveries = open(POLICY)) {
      work(deliveries);
    }
    assertThat(attempted()).containsExactly(0L, 1L, 2L, 3L, 1L, 2L);
    assertThat(attempts).extracting(Delivery::id).element(4).isEqualTo(TestLog.id(1));
  }

  @Test
  void shouldStopForGoodWhenTheReceiverIsGoneUntilSomebodyEnablesIt() throws IOException {
    receiver = delivery -> Outcome.gone("gone");
    add(1, 2);
    try (Deliveries deliveries = open(POLICY)) {
      workFor(deliveries, Duration.ofMinutes(30));
      assertThat(attempted()).containsExactly(0L);
      assertThat(status(deliveries).disabled()).isEqualTo("gone");
      assertThat(deliveries.isDone()).as("nothing to wait for").isTrue();
    }
    receiver = delivery -> Outcome.DELIVERED;
    add(3);
    try (Deliveries deliveries = open(POLICY)) {
      workFor(deliveries, Duration.ofMinutes(1));
      assertThat(attempted()).as("remembered over the restart").containsExactly(0L);
      assertThat(status(deliveries).pending()).isEqualTo(3);
      Requests.enable(desk());
      workFor(deliveries, Duration.ofSeconds(2));
      assertThat(attempted()).containsExactly(0L, 0L, 1L, 2L);
    }
  }

  @Test
  void shouldLeaveTheReceiverAloneForAsLongAsItAsks() {
    receiver =
        delivery ->
            delivery.attempt() == 1 && delivery.position() == 0
                ? Outcome.failed("slow down", Duration.ofMinutes(2).toNanos())
                : Outcome.DELIVERED;
    add(1, 2);
    try (Deliveries deliveries = open(POLICY)) {
      workFor(deliveries, Duration.ofSeconds(119));
      assertThat(attempted()).containsExactly(0L);
      workFor(deliveries, Duration.ofSeconds(2));
      assertThat(attempted()).containsExactlyInAnyOrder(0L, 0L, 1L);
    }
  }

  @Test
  void shouldTryOnceInAWhileWhenTheReceiverIsDown() {
    receiver = delivery -> Outcome.failed("down");
    for (int key = 0; key < 100; key++) {
      add(key);
    }
    DeliveryPolicy policy = POLICY.withBreaker(5, Duration.ofMinutes(1));
    try (Deliveries deliveries = open(policy)) {
      workFor(deliveries, Duration.ofSeconds(59));
      assertThat(attempts).hasSize(5);
      assertThat(status(deliveries).isBroken()).isTrue();
      workFor(deliveries, Duration.ofSeconds(3));
      assertThat(attempts).hasSize(6);
      receiver = delivery -> Outcome.DELIVERED;
      workFor(deliveries, Duration.ofSeconds(61));
      assertThat(deliveries.isDone()).isTrue();
      assertThat(status(deliveries).isBroken()).isFalse();
      assertThat(status(deliveries).delivered()).isEqualTo(100);
    }
  }

  @Test
  void shouldKeepToTheRateOfTheSink() {
    for (int key = 0; key < 100; key++) {
      add(key);
    }
    try (Deliveries deliveries = open(POLICY.withRate(10))) {
      work(deliveries);
      assertThat(attempts).as("a second's worth at once").hasSize(10);
      clock.pass(Duration.ofMillis(100));
      work(deliveries);
      assertThat(attempts).hasSize(11);
      clock.pass(Duration.ofMillis(500));
      work(deliveries);
      assertThat(attempts).hasSize(16);
    }
  }

  @Test
  void shouldReadNoFurtherThanItMayHoldOpen() {
    receiver = delivery -> Outcome.failed("down");
    for (int key = 0; key < 50; key++) {
      add(key);
    }
    try (Deliveries deliveries = open(POLICY.withOpen(7, 1 << 20))) {
      workFor(deliveries, Duration.ofMinutes(1));
      assertThat(attempted().stream().distinct()).hasSize(7);
      assertThat(status(deliveries).pending()).as("the rest waits in the log").isEqualTo(50);
    }
  }

  @Test
  void shouldHoldTheAlertLogFromTheOldestOpenAlertOn() {
    receiver = delivery -> delivery.position() == 2 ? Outcome.failed("no") : Outcome.DELIVERED;
    for (int key = 0; key < 3_000; key++) {
      add(key);
    }
    Retention nothing = new Retention(0, Retention.UNLIMITED);
    try (Deliveries deliveries = open(POLICY)) {
      workFor(deliveries, Duration.ofSeconds(15));
      Log.Retained retained = alerts.log().retain(nothing, clock.wallNs());
      assertThat(retained.firstPosition()).isZero();
      assertThat(retained.heldBy()).isEqualTo("sink desk");
      receiver = delivery -> Outcome.DELIVERED;
      workFor(deliveries, Duration.ofMinutes(1));
      assertThat(alerts.log().retain(nothing, clock.wallNs()).firstPosition()).isGreaterThan(2);
    }
  }

  @Test
  void shouldCountAThrowingReceiverAsAFailure() {
    receiver =
        delivery -> {
          throw new IllegalStateException("a bug of the callback");
        };
    add(1);
    try (Deliveries deliveries = open(POLICY)) {
      work(deliveries);
      assertThat(status(deliveries).failures()).isEqualTo(1);
      assertThat(status(deliveries).pending()).isEqualTo(1);
    }
  }

  @Test
  void shouldDeliverAgainWhatATornCursorForgot() throws IOException {
    add(1, 2, 3);
    try (Deliveries deliveries = open(POLICY)) {
      work(deliveries);
    }
    Path cursor = desk().resolve(Cursor.FILE);
    byte[] whole = Files.readAllBytes(cursor);
    for (int length = whole.length; length >= 0; length--) {
      Files.write(cursor, java.util.Arrays.copyOf(whole, length));
      attempts.clear();
      try (Deliveries deliveries = open(POLICY)) {
        work(deliveries);
        assertThat(deliveries.isDone()).isTrue();
      }
      assertThat(attempted()).doesNotHaveDuplicates().isSorted();
      try (Deliveries deliveries = open(POLICY)) {
        assertThat(deliveries.doWork()).as("all is known again").isZero();
      }
    }
    assertThat(attempted()).as("without a cursor").containsExactly(0L, 1L, 2L);
  }

  @Test
  void shouldRefuseACursorWithADamagedLine() throws IOException {
    add(1, 2, 3);
    try (Deliveries deliveries = open(POLICY)) {
      work(deliveries);
    }
    Path cursor = desk().resolve(Cursor.FILE);
    byte[] bytes = Files.readAllBytes(cursor);
    bytes[10] ^= 1;
    Files.write(cursor, bytes, StandardOpenOption.TRUNCATE_EXISTING);
    assertThatThrownBy(() -> open(POLICY))
        .isInstanceOf(DeliveryException.class)
        .hasMessageContaining("cursor: line 1 is damaged");
  }

  @Test
  void shouldDeliverWhatAShorterAlertLogGetsAnew() {
    add(1, 2, 3);
    try (Deliveries deliveries = open(POLICY)) {
      work(deliveries);
    }
    alerts.close();
    alerts = new TestLog(folder.resolve("other"));
    add(1);
    attempts.clear();
    try (Deliveries deliveries = open(POLICY)) {
      add(2, 3);
      work(deliveries);
    }
    assertThat(attempted()).containsExactly(1L, 2L);
  }

  @Test
  void shouldLoseNothingAndKeepOrderByKeyWhateverFailsAndWhenever() {
    SplittableRandom random = new SplittableRandom(SEED);
    Map<Integer, List<Long>> delivered = new HashMap<>();
    int[] keyOf = new int[400];
    receiver =
        delivery -> {
          switch (random.nextInt(6)) {
            case 0, 1 -> {
              return Outcome.failed("no");
            }
            case 2 -> {
              return Outcome.failed("busy", Duration.ofSeconds(random.nextInt(60)).toNanos());
            }
            default -> {
              int key = keyOf[(int) delivery.position()];
              delivered.computeIfAbsent(key, k -> new ArrayList<>()).add(delivery.position());
              return Outcome.DELIVERED;
            }
          }
        };
    DeliveryPolicy policy =
        POLICY
            .withBreaker(4, Duration.ofSeconds(20))
            .withRetry(SECOND, Duration.ofSeconds(30), Duration.ofDays(9))
            .withOpen(20, 1 << 20);
    int added = 0;
    while (added < keyOf.length) {
      try (Deliveries deliveries = open(policy)) {
        for (int i = random.nextInt(60); i >= 0 && added < keyOf.length; i--) {
          keyOf[added] = random.nextInt(12);
          add(keyOf[added++]);
          if (random.nextInt(4) == 0) {
            workFor(deliveries, Duration.ofSeconds(random.nextInt(5)));
          }
        }
      }
    }
    try (Deliveries deliveries = open(policy)) {
      workFor(deliveries, Duration.ofHours(3));
      assertThat(deliveries.isDone()).as("seed " + SEED).isTrue();
    }
    assertThat(delivered.values().stream().flatMap(List::stream))
        .as("seed " + SEED)
        .hasSize(keyOf.length)
        .doesNotHaveDuplicates();
    assertThat(delivered.values()).as("seed " + SEED).allSatisfy(l -> assertThat(l).isSorted());
  }
}
