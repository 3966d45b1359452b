package dev.weir.perf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The rules that stand beside the peers; the long streams are compared by perf/peers.sh. */
class PeerWorkloadTest {
  private static final int LOGIN = 4;
  private static final int FACTOR = 5;

  private final long[] number = {0};

  private void add(PeerWorkload to, long second, double amount, int type) {
    to.add(second * 1_000, number[0]++, 7, amount, 1, 1, type);
  }

  private void shouldFind(PeerWorkload workload, long matches, long checksum) {
    PeerWorkload.Pass pass = workload.begin();
    for (int i = 0; i < number[0]; i++) {
      pass.send(i);
    }
    pass.end(100_000_000);
    assertThat(pass.matches()).isEqualTo(matches);
    assertThat(pass.checksum()).isEqualTo(checksum);
  }

  @Test
  void shouldFindAmountsAboveTheLimit() {
    PeerWorkload workload = new PeerWorkload("P1");
    add(workload, 1, 9_900, 0);
    add(workload, 2, 9_900.25, 0);
    shouldFind(workload, 1, 1);
  }

  @Test
  void shouldEndAllRunsOfACardWithAMatch() {
    PeerWorkload workload = new PeerWorkload("P2");
    for (int i = 0; i < 4; i++) {
      add(workload, i, 1, 0);
    }
    add(workload, 4, 501, 0);
    add(workload, 5, 501, 0);
    add(workload, 1_000, 1, 0);
    add(workload, 1_001, 1, 0);
    add(workload, 1_002, 501, 0); // behind two small amounts only
    shouldFind(workload, 1, 4);
  }

  @Test
  void shouldTakeOnlyGreaterAmountsBetween() {
    PeerWorkload workload = new PeerWorkload("P3");
    add(workload, 1, 10, 1);
    add(workload, 2, 9, 2);
    add(workload, 3, 10, 3);
    add(workload, 4, 11, 2);
    add(workload, 5, 12, 2);
    add(workload, 6, 10, 3);
    add(workload, 7, 10, 3);
    shouldFind(workload, 1, 5);
  }

  @Test
  void shouldFindLoginsWithoutFactor() {
    PeerWorkload workload = new PeerWorkload("P4");
    add(workload, 0, 1, LOGIN);
    add(workload, 59, 1, FACTOR);
    add(workload, 60, 1, LOGIN);
    add(workload, 120, 1, FACTOR);
    shouldFind(workload, 1, 2);
  }

  @Test
  void shouldAddUpOverAnHour() {
    PeerWorkload workload = new PeerWorkload("P5");
    add(workload, 0, 20_000, 0);
    add(workload, 3_599, 0.25, 0);
    add(workload, 3_600, 0.25, 0);
    shouldFind(workload, 1, 1);
  }

  @Test
  void shouldJudgeEachRuleByItsOwnLimits() {
    PeerWorkload workload = new PeerWorkload("P6-21");
    for (int i = 0; i < 3; i++) {
      add(workload, i, 6, 0); // below the limits of rules 17, 18 and 19
    }
    add(workload, 3, 310, 0);
    shouldFind(workload, 3, 3 * 3 + 17 + 18 + 19);
  }

  @Test
  void shouldFindEveryCombination() {
    PeerWorkload workload = new PeerWorkload("P7-4000");
    add(workload, 0, 1, 1);
    add(workload, 1, 1, 2);
    add(workload, 2, 1, 2);
    add(workload, 3, 1, 3);
    add(workload, 4, 1, 3);
    shouldFind(workload, 2, 3 + 6 + 2 * 21);
  }
}
