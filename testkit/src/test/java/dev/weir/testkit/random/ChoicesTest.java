package dev.weir.testkit.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoicesTest {
  /** A list of numbers below 1,000, each behind the answer that there is one more. */
  private static List<Integer> numbers(Choices choices) {
    List<Integer> numbers = new ArrayList<>();
    while (choices.chance(90)) {
      numbers.add(choices.below(1_000));
    }
    return numbers;
  }

  @Test
  void shouldGiveTheSameCaseForTheSameSeed() {
    assertThat(numbers(Choices.random(7))).isEqualTo(numbers(Choices.random(7)));
    assertThat(numbers(Choices.random(7))).isNotEqualTo(numbers(Choices.random(8)));
  }

  @Test
  void shouldGiveTheSameCaseForTheRecordedChoices() {
    for (int seed = 0; seed < 100; seed++) {
      Choices drawn = Choices.random(seed);
      List<Integer> numbers = numbers(drawn);
      Choices again = Choices.replay(drawn.recorded());
      assertThat(numbers(again)).isEqualTo(numbers);
      assertThat(again.recorded()).isEqualTo(drawn.recorded());
    }
  }

  @Test
  void shouldGiveTheSimplestBehindTheEndAndBringChoicesIntoBounds() {
    Choices choices = Choices.replay(9, -4);
    assertThat(choices.below(3)).isEqualTo(2);
    assertThat(choices.below(3)).isZero();
    assertThat(choices.oneOf("a", "b")).isEqualTo("a");
    assertThat(choices.chance(99)).isFalse();
    assertThat(choices.anyLong()).isZero();
  }

  @Test
  void shouldReachEveryEndOfARange() {
    boolean[] seen = new boolean[4];
    boolean[] chances = new boolean[2];
    int[] weights = new int[3];
    Choices choices = Choices.random(1);
    for (int i = 0; i < 1_000; i++) {
      seen[choices.between(2, 5) - 2] = true;
      chances[choices.chance(50) ? 1 : 0] = true;
      weights[choices.weighted(1, 0, 3)]++;
    }
    assertThat(seen).containsOnly(true);
    assertThat(chances).containsOnly(true);
    assertThat(weights[1]).isZero();
    assertThat(weights[2]).isGreaterThan(weights[0]);
  }

  @Test
  void shouldVisitEverySmallCaseOnce() {
    List<String> words = new ArrayList<>();
    int cases =
        Property.checkAll(
            100,
            choices -> {
              StringBuilder word = new StringBuilder();
              int length = choices.between(0, 3);
              for (int i = 0; i < length; i++) {
                word.append(choices.oneOf("a", "b"));
              }
              words.add(word.toString());
            });
    assertThat(cases).isEqualTo(1 + 2 + 4 + 8);
    assertThat(words).doesNotHaveDuplicates().hasSize(15).startsWith("", "a", "b", "aa", "ab");
  }

  @Test
  void shouldFindAndShrinkAPlantedFault() {
    assertThatThrownBy(
            () ->
                Property.run(
                    1,
                    10_000,
                    choices -> {
                      List<Integer> numbers = numbers(choices);
                      if (numbers.stream().anyMatch(n -> n >= 700)) {
                        throw new IllegalStateException("planted: " + numbers);
                      }
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dweir.seed=")
        .hasMessageContaining("planted: [700]");
  }

  private static List<Integer> pairs(Choices choices) {
    List<Integer> sums = new ArrayList<>();
    while (choices.piece(
        () -> {
          if (!choices.chance(95)) {
            return false;
          }
          sums.add(choices.below(10) + choices.below(10));
          return true;
        })) {}
    return sums;
  }

  @Test
  void shouldShrinkAFaultThatNeedsTwoPartsTogether() {
    int tried = 0;
    for (int seed = 0; seed < 200; seed++) {
      Choices drawn = Choices.random(seed);
      if (pairs(drawn).stream().filter(sum -> sum >= 12).count() < 2) {
        continue;
      }
      int[] simplest =
          Shrinker.shrink(
              drawn, run -> pairs(run).stream().filter(sum -> sum >= 12).count() >= 2, 2_000);
      assertThat(pairs(Choices.replay(simplest))).containsExactly(12, 12);
      tried++;
    }
    assertThat(tried).isGreaterThan(20);
  }

  @Test
  void shouldGiveTheFailingCaseAgainByItsSeed() {
    String[] message = new String[1];
    Property.Claim claim =
        choices -> {
          int drawn = choices.below(1_000_000);
          assertThat(drawn).isLessThan(990_000);
        };
    try {
      Property.run(50, 1_000, claim);
    } catch (AssertionError e) {
      message[0] = e.getMessage();
    }
    String seed = message[0].replaceAll("(?s).*-Dweir.seed=(\\d+).*", "$1");
    assertThatThrownBy(() -> Property.run(Long.parseLong(seed), 1, claim))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void shouldRefuseAClaimThatCountsTooFewCases() {
    assertThatThrownBy(
            () ->
                Property.run(
                    1,
                    100,
                    choices -> {
                      if (choices.chance(80)) {
                        throw choices.discard();
                      }
                    }))
        .hasMessageContaining("too few cases count");
  }
}
