package dev.weir.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;
import net.openhft.chronicle.core.time.SetTimeProvider;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LegacyRollCycles;
import org.jspecify.annotations.Nullable;

/**
 * Segments as Chronicle Queues, one folder and one queue each:
 *
 * <pre>
 *   weir-log.lock                    locked while the log is open
 *   weir-log.id                      {@link Identity}
 *   0000000000000000000/             first position of the segment
 *     20261124-2258.cq4              the excerpts; named for the minute in which it was begun
 *     metadata.cq4t                  Chronicle Queue's own; not needed for reading
 * </pre>
 *
 * A queue is only ever appended to by the process that made it, so nothing that a crash left in
 * Chronicle Queue's own structures, locks of dead processes among them, is ever used again.
 */
final class ChronicleStore implements SegmentStore {
  private static final String LOCK = "weir-log.lock";
  private static final String IDENTITY = "weir-log.id";
  private static final String IDENTITY_NEW = "weir-log.id.new";
  private static final String QUEUE_SUFFIX = ".cq4";
  private static final String METADATA = "metadata.cq4t";

  /** Exactly this: the queue does not take a larger file. */
  private static final int METADATA_BYTES = 128 * 1024;

  /** Mapped at once; the file is made this much larger ahead, without blocks. */
  private static final int MAPPED_BYTES = 64 << 20;

  private static final RollCycle CYCLE = LegacyRollCycles.MINUTELY;
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  static {
    // it reports to its maker otherwise; the jar that does so is left out as well
    System.setProperty("chronicle.analytics.disable", "true");
    // a thread that warns of a full disk: Weir reserves its space itself
    System.setProperty("chronicle.disk.monitor.disable", "true");
    // now: once the process is ending, a class that wants to be told of its end cannot be loaded
    BackgroundResourceReleaser.releasePendingResources();
  }

  private final Path folder;
  private @Nullable DirectoryLock lock;

  ChronicleStore(Path folder) {
    this.folder = folder;
  }

  @Override
  public void lock() throws IOException {
    Files.createDirectories(folder);
    lock = DirectoryLock.take(folder, LOCK);
    Files.deleteIfExists(folder.resolve(IDENTITY_NEW));
    for (Path child : children(folder)) {
      String name = child.getFileName().toString();
      if (SegmentName.isName(name) && queueFile(child) == null) {
        // deleting or making it was interrupted
        delete(SegmentName.firstPosition(name));
      }
    }
  }

  @Override
  public List<Long> segments() throws IOException {
    List<Long> found = new ArrayList<>();
    for (Path child : children(folder)) {
      String name = child.getFileName().toString();
      if (SegmentName.isName(name) && queueFile(child) != null) {
        found.add(SegmentName.firstPosition(name));
      }
    }
    Collections.sort(found);
    return found;
  }

  @Override
  public SegmentFile open(long firstPosition) throws IOException {
    Path path = existing(firstPosition);
    String name = folder.relativize(path).toString();
    SteadyFile file = SteadyFile.forReading(path);
    return new SegmentFile() {
      @Override
      public int read(ByteBuffer into, long offset) throws IOException {
        return file.read(into, offset);
      }

      @Override
      public long size() throws IOException {
        return file.size();
      }

      @Override
      public String name() {
        return folder.resolve(name).toString();
      }

      @Override
      public void close() {
        file.close();
      }
    };
  }

  @Override
  public @Nullable SegmentWriter create(long firstPosition, long nowNs) throws IOException {
    Path segment = folder.resolve(SegmentName.of(firstPosition));
    long nowMs = Math.max(0, TimeUnit.NANOSECONDS.toMillis(nowNs));
    ChronicleQueue queue = null;
    SteadyFile file = null;
    try {
      Files.createDirectory(segment);
      if (!fill(segment.resolve(METADATA), METADATA_BYTES)) {
        delete(firstPosition);
        return null;
      }
      SetTimeProvider time = new SetTimeProvider();
      time.currentTimeMillis(nowMs);
      queue =
          SingleChronicleQueueBuilder.binary(segment.toFile())
              .rollCycle(CYCLE)
              .blockSize(MAPPED_BYTES)
              .timeProvider(time)
              .checkInterrupts(false)
              .build();
      ExcerptAppender appender = queue.createAppender();
      appender.singleThreadedCheckDisabled(true);
      // after the appender was made: a file that it finds is one it waits for
      Path path = segment.resolve(nameOf(nowMs));
      if (!fill(path, BlockReserve.CHUNK_BYTES)) {
        appender.close();
        queue.close();
        delete(firstPosition);
        return null;
      }
      file = SteadyFile.forWriting(path);
      ChronicleSegmentWriter writer = new ChronicleSegmentWriter(queue, appender, file);
      forceFolder(segment);
      forceFolder(folder);
      return writer;
    } catch (IOException | RuntimeException | Error e) {
      if (file != null) {
        file.close();
      }
      if (queue != null) {
        queue.close();
      }
      throw e;
    }
  }

  private static boolean fill(Path path, int bytes) throws IOException {
    Files.createFile(path);
    try (SteadyFile file = SteadyFile.forWriting(path)) {
      return new BlockReserve(file, bytes).upTo(bytes);
    }
  }

  private static String nameOf(long nowMs) {
    return DateTimeFormatter.ofPattern(CYCLE.format(), java.util.Locale.ROOT)
            .withZone(ZoneOffset.UTC)
            .format(Instant.ofEpochMilli(nowMs))
        + QUEUE_SUFFIX;
  }

  @Override
  public void writeHeader(long firstPosition, long offset, int header) throws IOException {
    try (SteadyFile file = SteadyFile.forWriting(existing(firstPosition))) {
      ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      file.write(bytes.putInt(0, header), offset);
    }
  }

  @Override
  public void finish(long firstPosition, long size, byte[] excerpt) throws IOException {
    try (SteadyFile file = SteadyFile.forWriting(existing(firstPosition))) {
      file.truncate(size);
      file.force();
      file.write(ByteBuffer.wrap(excerpt), size);
      file.force();
    }
  }

  @Override
  public void force(long firstPosition) throws IOException {
    try (SteadyFile file = SteadyFile.forWriting(existing(firstPosition))) {
      file.force();
    }
  }

  @Override
  public void delete(long firstPosition) throws IOException {
    Path segment = folder.resolve(SegmentName.of(firstPosition));
    for (Path child : children(segment)) {
      Files.delete(child);
    }
    Files.deleteIfExists(segment);
    forceFolder(folder);
    // mapped files are let go in the background; their room is promised now
    BackgroundResourceReleaser.releasePendingResources();
  }

  @Override
  public byte @Nullable [] readIdentity() throws IOException {
    try {
      return Files.readAllBytes(folder.resolve(IDENTITY));
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  @Override
  public void writeIdentity(byte[] content) throws IOException {
    Path fresh = folder.resolve(IDENTITY_NEW);
    Files.deleteIfExists(fresh);
    Files.createFile(fresh);
    try (SteadyFile file = SteadyFile.forWriting(fresh)) {
      file.write(ByteBuffer.wrap(content), 0);
      file.force();
    }
    Files.move(fresh, folder.resolve(IDENTITY), StandardCopyOption.ATOMIC_MOVE);
    forceFolder(folder);
  }

  @Override
  public String bootId() {
    try {
      return Files.readString(BOOT_ID).strip();
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public long newLogId() {
    long id;
    do {
      id = new SecureRandom().nextLong();
    } while (id == SegmentScan.ANY_LOG);
    return id;
  }

  @Override
  public String name() {
    return folder.toString();
  }

  @Override
  public void close() throws IOException {
    DirectoryLock held = lock;
    if (held != null) {
      lock = null;
      held.close();
    }
  }

  private Path existing(long firstPosition) throws IOException {
    Path segment = folder.resolve(SegmentName.of(firstPosition));
    Path file = queueFile(segment);
    if (file == null) {
      throw new NoSuchFileException(segment.toString());
    }
    return file;
  }

  private static @Nullable Path queueFile(Path segment) throws IOException {
    for (Path child : children(segment)) {
      if (child.getFileName().toString().endsWith(QUEUE_SUFFIX)) {
        return child;
      }
    }
    return null;
  }

  private static List<Path> children(Path directory) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(found::add);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return found;
  }

  private static void forceFolder(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
