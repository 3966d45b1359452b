package dev.weir.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.random.Choices;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Random cases are rules that the checker accepts, with all the words that they should use. */
class RandomCaseTest {
  private static final int CASES = 400;

  @Test
  void shouldUseEveryWordInRulesThatTheCheckerAccepts() {
    Set<String> words = new TreeSet<>();
    int accepted = 0;
    for (int seed = 0; seed < CASES; seed++) {
      try {
        words.addAll(RandomCase.draw(Choices.random(seed), 20).words());
        accepted++;
      } catch (RuntimeException e) {
        assertThat(e).hasMessage("the case does not count");
      }
    }
    assertThat(accepted).isGreaterThan(CASES * 7 / 10);
    assertThat(words)
        .contains(
            "when", "on rising", "where", "require", "without", "unless", "without on an edge")
        .contains("then", "then any", "all of", "branch of two steps", "no … for")
        .contains("loop {n}", "loop {n..}", "loop {n..m}", "loop longest", "loop shortest")
        .contains("closing first", "closing each", "closing when quiet for")
        .contains("pick last", "pick longest", "pick shortest", "pick all", "pick all limit")
        .contains("after match consume all", "after match consume start")
        .contains("after match consume none", "after match restart")
        .contains("by two fields", "by alias of types", "by alias of defines", "by two aliases")
        .contains("no by", "by int", "earlier binding", "index", "loop avg", "loop count")
        .contains("feature count", "feature sum", "feature avg", "feature min", "feature max")
        .contains("feature distinct", "feature where", "feature by", "before this", "ever")
        .contains("prev", "let", "param", "in list", "is missing", "suppress", "score");
  }

  @Test
  void shouldGiveTheSameCaseForTheSameChoices() {
    for (int seed = 0; seed < 50; seed++) {
      Choices drawn = Choices.random(seed);
      RandomCase first;
      try {
        first = RandomCase.draw(drawn, 20);
      } catch (RuntimeException e) {
        assertThat(e).hasMessage("the case does not count");
        continue;
      }
      assertThat(RandomCase.draw(Choices.replay(drawn.recorded()), 20).toString())
          .isEqualTo(first.toString());
    }
  }
}
