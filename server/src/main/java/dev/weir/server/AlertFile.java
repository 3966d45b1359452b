package dev.weir.server;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The file of a run's alerts. Written beside its place as {@code NAME.part} and moved there when
 * the run is complete, so that what stands under the name is always a whole run; after a failure or
 * an interrupt the part stays as it is. What is there already and is not a file, such as {@code
 * /dev/null} or a named pipe, is written in place. Owned by one thread.
 */
final class AlertFile implements AutoCloseable {
  private final Path file;
  private final Path part;
  private final OutputStream out;

  AlertFile(Path file) throws IOException {
    this.file = file;
    boolean inPlace = Files.exists(file) && !Files.isRegularFile(file);
    this.part = inPlace ? file : file.resolveSibling(file.getFileName() + ".part");
    try {
      this.out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16);
    } catch (IOException e) {
      throw new IOException("cannot write alerts to " + file + ": " + cause(e), e);
    }
  }

  private String cause(IOException e) {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file)) {
      return "it is a folder";
    }
    if (folder != null && !Files.isDirectory(folder)) {
      return "no folder " + folder;
    }
    return e instanceof java.nio.file.AccessDeniedException
        ? "no permission"
        : String.valueOf(e.getMessage());
  }

  void write(byte[] bytes, int length) throws IOException {
    try {
      out.write(bytes, 0, length);
    } catch (IOException e) {
      throw new IOException("cannot write alerts to " + file + ": " + e.getMessage(), e);
    }
  }

  /** The run is complete: puts the file in its place. */
  void complete() throws IOException {
    try {
      out.close();
      if (!part.equals(file)) {
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new IOException("cannot write alerts to " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
    if (!part.equals(file) && Files.exists(part) && Files.size(part) == 0) {
      Files.delete(part);
    }
  }
}
