package dev.weir.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Files under {@code src/test/resources} that hold what is expected. With {@code
 * -Dweir.golden.update=true} they are written instead of compared; the difference is reviewed.
 */
public final class Golden {
  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final boolean UPDATE = Boolean.getBoolean("weir.golden.update");

  private Golden() {}

  public static Path folder(String name) {
    return RESOURCES.resolve(name);
  }

  public static void assertMatches(Path expected, String actual) {
    try {
      if (UPDATE) {
        Files.createDirectories(expected.getParent());
        Files.writeString(expected, actual);
      }
      assertThat(expected).isRegularFile();
      assertThat(actual).as(expected.toString()).isEqualTo(Files.readString(expected));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All rule files below the folder, in the order of their paths. */
  public static List<Path> ruleFiles(Path folder) {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(p -> p.toString().endsWith(".weir")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
