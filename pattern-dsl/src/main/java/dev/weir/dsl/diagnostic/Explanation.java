package dev.weir.dsl.diagnostic;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The page of a code: what it means, an example that fails, the same mended. */
public final class Explanation {
  private Explanation() {}

  /** The page, as plain text; ends with a line break. Reads a resource. */
  public static String of(Code code) {
    try (InputStream in = Explanation.class.getResourceAsStream(code.name() + ".md")) {
      if (in == null) {
        throw new IllegalStateException("no page for a code: " + code);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
