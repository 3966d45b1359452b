package dev.weir.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on real files, and what only they have. */
class ChronicleLogTest extends LogContract {
  @TempDir Path folder;

  @Override
  Log open(LogOptions options) {
    return Logs.open(folder, options);
  }

  @Test
  void shouldRefuseToBeOpenTwice() {
    try (Log log = open(options())) {
      append(log, 1, 0, 0);
      assertThatThrownBy(() -> open(options())).isInstanceOf(LogInUseException.class);
      append(log, 1, 0, 0);
      assertThat(read(log, 0)).isEqualTo(range(0, 2));
    }
    open(options()).close();
  }
}
