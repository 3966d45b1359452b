package dev.weir.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The exclusive right to write into a folder: a lock of the operating system on a file in it, which
 * ends with the process however that ends, so it cannot be stale. The process id in the file is for
 * the message only.
 */
final class DirectoryLock implements AutoCloseable {
  /**
   * Folders locked by this process. Asked first: opening the file a second time and closing it
   * again would let the first lock go (POSIX).
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private DirectoryLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws LogInUseException if it is taken
   */
  static DirectoryLock take(Path directory, String fileName) throws IOException {
    Path folder = directory.toRealPath();
    if (!HELD.add(folder)) {
      throw new LogInUseException(directory + ": this process has it open already");
    }
    FileChannel channel = null;
    try {
      Path file = folder.resolve(fileName);
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        String owner = Files.readString(file).strip();
        throw new LogInUseException(
            directory + ": in use by another process" + (owner.isEmpty() ? "" : ", " + owner));
      }
      byte[] owner =
          ("process " + ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8);
      channel.truncate(0);
      try {
        channel.write(ByteBuffer.wrap(owner), 0);
      } catch (IOException e) {
        // a full disk: the lock holds without the words
        channel.truncate(0);
      }
      return new DirectoryLock(folder, channel);
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      HELD.remove(folder);
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    HELD.remove(folder);
  }
}
