package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What live state holds, what it lets go, and what happens when it does not fit. */
class LiveStateTest {
  private static final String TYPES =
      """
      event A { k text, n int, at time } keep 1h
      event B { k text, n int, at time }
      """;

  private static final String RULES =
      TYPES
          + """
          rule window { by k when sum(A.n over 10m) + distinct(A.n over 5m) + max(A.n over 1m) < 0 alert "x" }
          rule ever { by k when count(A ever) + prev(A).n + distinct(A.n ever) < 0 alert "x" }
          rule pair { by k match a: A then b: B within 10m alert "x" }
          rule loop { by k match a: A {2..} when quiet for 1m within 10m alert "x" }
          rule silence { by k match a: A then no B for 5m alert "x" suppress 1m }
          rule both { by k match all of { a: A; b: B } within 10m alert "x" }
          """;

  @Test
  void shouldHoldNothingOfAMillionKeysWhoseWindowsHavePassed() {
    Harness h = new Harness(RULES, 1L << 30);
    long before = h.engine.bytesInUse();
    int keys = 1_000_000;
    for (int i = 0; i < keys; i++) {
      h.send(0, i * 20_000_000L, "key" + i, i % 7, 0);
      h.alerts.clear();
    }
    assertThat(h.engine.keysInUse()).isGreaterThan(100_000);
    assertThat(h.engine.bytesInUse()).isGreaterThan(before + 10_000_000);
    h.end(keys * 20_000_000L + 7200 * Harness.SECOND);
    assertThat(h.engine.alerts(4)).isEqualTo(keys);
    assertThat(h.engine.keysInUse()).isZero();
    assertThat(h.engine.bytesInUse()).isEqualTo(before);
  }

  @Test
  void shouldGiveTheSameMatchesInAnyArrivalOrderInsideTheLateness() {
    String rules =
        """
        event A { k text, n int, at time, then n } late 10s keep 1h
        event B { k text, n int, at time, then n } late 10s
        rule pair { by k match a: A then b: B within 8s alert "x" { a: a.n, b: b.n } }
        rule every { by k match a: A then any b: B within 5s pick all limit 9 after match consume none
          alert "x" { a: a.n, b: b.n } }
        rule loop { by k match a: A {2..} when quiet for 2s within 10s
          pick all after match consume none alert "x"
          { f: a[1].n, l: a[-1].n, s: sum(a.n) } }
        rule silence { by k match a: A then no B for 3s alert "x" { a: a.n, p: prev(A).n } }
        rule count { by k when on A count(A over 5s) >= 2 alert "x"
          { n: n, c: count(A over 5s), p: prev(A).n, m: max(A.n over 3s before this) } }
        """;
    int alerts = 0;
    for (int seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      List<long[]> events = new ArrayList<>(); // type, time, key, number
      for (int i = 0; i < 60; i++) {
        // number 0 to 59, not in the order of time: it breaks ties
        long time = (random.nextInt(40) + 20) * (Harness.SECOND / 2);
        events.add(new long[] {random.nextInt(2), time, random.nextInt(2), i * 37 % 60});
      }
      List<String> sorted = null;
      for (int order = 0; order < 3; order++) {
        int displaced = order;
        List<long[]> arriving =
            events.stream()
                .map(e -> new Object[] {e, e[1] + displaced * random.nextLong(5 * Harness.SECOND)})
                .sorted(Comparator.comparingLong(e -> (long) e[1]))
                .map(e -> (long[]) e[0])
                .toList();
        Harness h = new Harness(rules);
        for (long[] e : arriving) {
          h.send((int) e[0], e[1], "k" + e[2], e[3], 10 * Harness.SECOND);
        }
        h.end(100 * Harness.SECOND);
        // deadlines of one time come by position, which is that of arrival: order is left aside too
        List<String> found =
            h.alerts.stream().map(alert -> alert.replaceAll("\\{.*}", "")).sorted().toList();
        assertThat(h.engine.heldEvents()).isZero();
        if (sorted == null) {
          sorted = found;
          alerts += found.size();
        }
        assertThat(found).as("seed %d, order %d", seed, order).isEqualTo(sorted);
      }
    }
    assertThat(alerts).isGreaterThan(5_000);
  }

  @Test
  void shouldSayForWhatMemoryWasWantedWhenStateIsFull() {
    String rule = "rule big { by k match a: A then b: B within 1d alert \"x\" }";
    Harness h = new Harness(TYPES + rule, 3 << 20);
    assertThatThrownBy(() -> fill(h))
        .isInstanceOf(StateFullException.class)
        .hasMessageContaining("budget=3145728 bytes")
        .hasMessageContaining("in use=")
        .hasMessageEndingWith("wanted for=rule `big`");

    Harness features =
        new Harness(TYPES + "rule f { by k when sum(A.n over 1d) < 0 alert \"\" }", 0);
    assertThatThrownBy(() -> fill(features))
        .isInstanceOf(StateFullException.class)
        .hasMessageContaining("budget=2097152 bytes")
        .hasMessageEndingWith("wanted for=rolling features");

    Harness held = new Harness(TYPES + rule, 0);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100_000; i++) {
                held.send(0, i, "key" + i, 0, 3600 * Harness.SECOND);
              }
            })
        .isInstanceOf(StateFullException.class)
        .hasMessageEndingWith("wanted for=events that wait for the watermark");
  }

  @Test
  void shouldRefuseToGoOnAfterAFailureInsideARecord() {
    Harness h = new Harness(TYPES + "rule r { by k match a: A then b: B within 1d alert \"\" }", 0);
    assertThatThrownBy(() -> fill(h)).isInstanceOf(StateFullException.class);
    assertThatThrownBy(() -> h.send(0, Long.MAX_VALUE / 2, "k", 0, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("stopped in the middle of the record at position");
    assertThatThrownBy(() -> h.end(Long.MAX_VALUE / 2)).isInstanceOf(IllegalStateException.class);
  }

  private static void fill(Harness h) {
    for (int i = 0; i < 1_000_000; i++) {
      h.send(0, i, "key" + i, 0, 0);
    }
  }
}
