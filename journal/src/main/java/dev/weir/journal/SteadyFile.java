package dev.weir.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that stays open when a thread using it is interrupted: a plain channel would be closed for
 * all, and the log would fail because somebody asked a thread to stop. The interrupt is kept. Safe
 * for many threads.
 */
final class SteadyFile implements AutoCloseable {
  @FunctionalInterface
  private interface Use {
    long apply(FileChannel channel) throws IOException;
  }

  private final Path path;
  private final OpenOption[] options;
  private volatile FileChannel channel;
  private volatile boolean isClosed;

  private SteadyFile(Path path, OpenOption... options) throws IOException {
    this.path = path;
    this.options = options;
    channel = FileChannel.open(path, options);
  }

  static SteadyFile forReading(Path path) throws IOException {
    return new SteadyFile(path, StandardOpenOption.READ);
  }

  static SteadyFile forWriting(Path path) throws IOException {
    return new SteadyFile(path, StandardOpenOption.WRITE);
  }

  int read(ByteBuffer into, long offset) throws IOException {
    int start = into.position();
    boolean interrupted = Thread.interrupted();
    try {
      while (into.hasRemaining()) {
        FileChannel open = channel;
        try {
          int read = open.read(into, offset + into.position() - start);
          if (read <= 0) {
            break;
          }
        } catch (ClosedChannelException e) {
          interrupted |= Thread.interrupted();
          reopen(open, e);
        }
      }
      return into.position() - start;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  void write(ByteBuffer from, long offset) throws IOException {
    int start = from.position();
    use(
        open -> {
          while (from.hasRemaining()) {
            open.write(from, offset + from.position() - start);
          }
          return 0;
        });
  }

  void force() throws IOException {
    use(
        open -> {
          open.force(false);
          return 0;
        });
  }

  void truncate(long size) throws IOException {
    use(open -> open.truncate(size).position());
  }

  long size() throws IOException {
    return use(FileChannel::size);
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    isClosed = true;
    try {
      channel.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private long use(Use use) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        FileChannel open = channel;
        try {
          return use.apply(open);
        } catch (ClosedChannelException e) {
          interrupted |= Thread.interrupted();
          reopen(open, e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized void reopen(FileChannel closed, ClosedChannelException because)
      throws IOException {
    if (isClosed) {
      throw because;
    }
    if (channel == closed) {
      channel = FileChannel.open(path, options);
    }
  }
}
