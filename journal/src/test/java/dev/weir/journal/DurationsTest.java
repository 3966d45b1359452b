package dev.weir.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DurationsTest {
  @Test
  void shouldCountADurationInTheClassWhoseBoundItDoesNotExceed() {
    Durations durations = new Durations();
    durations.add(50_000);
    durations.add(50_001, 3);
    durations.add(-1);
    durations.add(30_000_000_001L);
    Durations.Counts counts = durations.counts();
    assertThat(counts.counts()).hasSize(counts.upToNs().length + 1);
    assertThat(counts.counts()[0]).isEqualTo(2);
    assertThat(counts.counts()[1]).isEqualTo(3);
    assertThat(counts.counts()[counts.upToNs().length]).isEqualTo(1);
    assertThat(counts.total()).isEqualTo(6);
    assertThat(counts.sumNs()).isEqualTo(50_000 + 3 * 50_001 + 30_000_000_001L);
    assertThat(counts.upToNs()).isSorted();
  }
}
