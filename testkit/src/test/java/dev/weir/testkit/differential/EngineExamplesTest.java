package dev.weir.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.reference.Example;
import dev.weir.testkit.reference.ExamplesTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The engine does what the tables of the language reference say, as far as it takes their rules.
 */
class EngineExamplesTest {
  @Test
  void shouldDoWhatTheLanguageReferenceSays() throws IOException {
    List<String> wrong = new ArrayList<>();
    int run = 0;
    for (Example example : ExamplesTest.examples()) {
      if (BothMatchers.isRefused(example)) {
        continue;
      }
      run++;
      String got = BothMatchers.ofEngine(example);
      if (!got.equals(example.alerts())) {
        wrong.add(example + "\n  engine: " + got);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(run).as("examples that the engine takes").isGreaterThan(150);
  }
}
