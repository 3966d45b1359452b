package dev.weir.ingest;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * Writes bad rows as JSON Lines: {@code type file line reason raw}, where {@code raw} is base64 of
 * the row's bytes as they stood in the file, without the line end. The file is made, or emptied, at
 * the first bad row. Owned by one thread.
 */
public final class DeadLetterFile implements DeadLetters, AutoCloseable {
  private final Path path;
  private OutputStream out = OutputStream.nullOutputStream();
  private boolean isOpen;

  public DeadLetterFile(Path path) {
    this.path = path;
  }

  /** Throws an {@link UncheckedIOException} for users if the file cannot be written. */
  @Override
  public void reject(String type, String file, long line, byte[] raw, int length, String reason) {
    StringBuilder text = new StringBuilder(256 + length / 3 * 4);
    text.append("{\"type\":");
    quoted(text, type);
    text.append(",\"file\":");
    quoted(text, file);
    text.append(",\"line\":").append(line).append(",\"reason\":");
    quoted(text, reason);
    byte[] row = java.util.Arrays.copyOf(raw, length);
    text.append(",\"raw\":\"").append(Base64.getEncoder().encodeToString(row)).append("\"}\n");
    try {
      if (!isOpen) {
        out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16);
        isOpen = true;
      }
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** A JSON string; a lone surrogate, which a file name may hold, becomes U+FFFD. */
  static void quoted(StringBuilder to, String text) {
    to.append('"');
    text.codePoints()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                to.append('\\').append((char) c);
              } else if (c < ' ') {
                to.append("\\u00").append(c < 16 ? "0" : "").append(Integer.toHexString(c));
              } else if (c >= 0xd800 && c <= 0xdfff) {
                to.append('\ufffd');
              } else {
                to.appendCodePoint(c);
              }
            });
    to.append('"');
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private UncheckedIOException cannotWrite(IOException e) {
    return new UncheckedIOException(
        "cannot write dead letters to " + path + ": " + e.getMessage(), e);
  }
}
