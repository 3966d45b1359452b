package dev.weir.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WorkloadsTest {
  static Stream<Workload> workloads() {
    return Workloads.all().stream();
  }

  /** Streams that are long enough for matches, short enough for every build. */
  @ParameterizedTest
  @MethodSource("workloads")
  void shouldFindWhatTheOracleFinds(Workload workload) {
    Answer answer = workload.check(Math.min(workload.checked(), 20_000));
    boolean findsNothing = workload.id().endsWith("-absent");
    if (!findsNothing && workload.checked() <= 20_000) {
      assertThat(answer.count()).isPositive();
    }
  }

  @Test
  void shouldNameEachWorkloadOnce() {
    List<String> ids = workloads().map(Workload::id).toList();
    assertThat(ids).doesNotHaveDuplicates();
  }

  @Test
  void shouldDigestRuleAndPositionsInOrder() {
    Answer one = new Answer();
    one.begin(0).event(1).event(2).end();
    Answer other = new Answer();
    other.begin(0).event(2).event(1).end();
    assertThat(one.toString()).isNotEqualTo(other.toString());
  }
}
