package dev.weir.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that holds one log and can lose what was not flushed, from a seed: for
 * deterministic simulation. Everything above the disk is the real log. Crashes come at any
 * operation of the disk; a power cut keeps a random subset of the pages written since the last
 * flush, some of them torn. Owned by one thread.
 */
public final class SimulatedDisk {
  /** The machine or the process ended during an operation of the disk. */
  public static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("simulated crash");
    }
  }

  private static final int PAGE_BYTES = 4096;
  private static final int SECTOR_BYTES = 512;
  private static final int NEVER = Integer.MAX_VALUE;

  private final Random random;
  private final TreeMap<Long, SimulatedFile> files = new TreeMap<>();
  private byte @Nullable [] identity;
  private long boots;
  private long freeBytes = Long.MAX_VALUE;
  private int operationsLeft = NEVER;
  private boolean isCrashed;
  private boolean isLocked;
  private boolean failsForce;
  private long forces;
  private Runnable takingTime = () -> {};

  /** An empty disk; what it loses in a power cut follows from the seed. */
  public SimulatedDisk(long seed) {
    random = new Random(seed);
  }

  /** Opens the log on this disk, or makes it. */
  public Log open(LogOptions options) {
    return SegmentLog.open(new Store(), options);
  }

  /** The operation after this many throws {@link Crash}, half done; all later ones do, too. */
  public void crashAfter(int operations) {
    operationsLeft = operations;
  }

  public boolean isCrashed() {
    return isCrashed;
  }

  /** The process ended and is started again: every write is kept, as far as it had come. */
  public void restartProcess() {
    isCrashed = false;
    isLocked = false;
    operationsLeft = NEVER;
  }

  /** The machine lost its power and is started again. */
  public void restartMachine() {
    for (SimulatedFile file : files.values()) {
      file.losePages();
    }
    boots++;
    restartProcess();
  }

  /** Space left; appending takes from it. */
  public void freeBytes(long bytes) {
    freeBytes = bytes;
  }

  /** Whether flushing fails from now on. */
  public void failsForce(boolean fails) {
    failsForce = fails;
  }

  /** Called at each operation, such as to let a simulated clock go on. */
  public void takesTime(Runnable passing) {
    takingTime = passing;
  }

  /** How often a segment was flushed. */
  public long forces() {
    return forces;
  }

  SegmentStore store() {
    return new Store();
  }

  /** Content of a segment, for tests that damage it. */
  byte[] content(long firstPosition) {
    SimulatedFile file = file(firstPosition);
    return Arrays.copyOf(file.now, file.size);
  }

  void replaceContent(long firstPosition, byte[] content) {
    SimulatedFile file = file(firstPosition);
    file.now = content.clone();
    file.size = content.length;
    file.force();
  }

  byte[] identity() {
    return identity == null ? new byte[0] : identity.clone();
  }

  void identity(byte[] content) {
    identity = content.clone();
    isLocked = false;
  }

  /** Takes over a log of one segment; returns its content. */
  byte[] load(SegmentStore from) throws IOException {
    identity = from.readIdentity();
    long first = from.segments().get(0);
    try (SegmentFile file = from.open(first)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
      file.read(bytes, 0);
      files.put(first, new SimulatedFile());
      replaceContent(first, bytes.array());
      return bytes.array();
    }
  }

  private SimulatedFile file(long firstPosition) {
    SimulatedFile file = files.get(firstPosition);
    if (file == null) {
      throw new IllegalArgumentException("no segment " + firstPosition);
    }
    return file;
  }

  /** Counts an operation; true: it is the one to crash in. */
  private boolean crashesNow() {
    if (isCrashed) {
      throw new Crash();
    }
    takingTime.run();
    if (operationsLeft == NEVER) {
      return false;
    }
    isCrashed = operationsLeft-- == 0;
    return isCrashed;
  }

  private void operation() {
    if (crashesNow()) {
      throw new Crash();
    }
  }

  private final class SimulatedFile {
    private byte[] now = new byte[0];
    private byte[] onDisk = new byte[0];
    private int size;

    void write(int offset, byte[] from, int length) {
      if (offset + length > now.length) {
        now = Arrays.copyOf(now, Math.max(2 * now.length, offset + length));
      }
      System.arraycopy(from, 0, now, offset, length);
      size = Math.max(size, offset + length);
    }

    void putInt(int offset, int value) {
      byte[] bytes = new byte[Integer.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(value);
      write(offset, bytes, bytes.length);
    }

    void force() {
      onDisk = Arrays.copyOf(now, size);
    }

    void losePages() {
      byte[] kept = new byte[random.nextBoolean() ? Math.max(size, onDisk.length) : onDisk.length];
      int favour = random.nextInt(4);
      for (int page = 0; page < kept.length; page += PAGE_BYTES) {
        boolean isTorn = random.nextInt(8) == 0;
        boolean isNew = random.nextInt(4) < favour;
        for (int at = page; at < Math.min(page + PAGE_BYTES, kept.length); at += SECTOR_BYTES) {
          byte[] from = (isTorn ? random.nextBoolean() : isNew) ? now : onDisk;
          int end = Math.min(Math.min(at + SECTOR_BYTES, from.length), kept.length);
          if (end > at) {
            System.arraycopy(from, at, kept, at, end - at);
          }
        }
      }
      now = kept;
      size = kept.length;
      force();
    }
  }

  private final class Store implements SegmentStore {
    @Override
    public void lock() {
      if (isLocked) {
        throw new LogInUseException("the simulated disk: in use");
      }
      isLocked = true;
    }

    @Override
    public List<Long> segments() {
      return new ArrayList<>(files.keySet());
    }

    @Override
    public SegmentFile open(long firstPosition) {
      SimulatedFile file = file(firstPosition);
      return new SegmentFile() {
        @Override
        public int read(ByteBuffer into, long offset) {
          int length = (int) Math.max(0, Math.min(into.remaining(), file.size - offset));
          into.put(file.now, (int) offset, length);
          return length;
        }

        @Override
        public long size() {
          return file.size;
        }

        @Override
        public String name() {
          return "segment " + SegmentName.of(firstPosition);
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public @Nullable SegmentWriter create(long firstPosition, long nowNs) {
      operation();
      if (files.containsKey(firstPosition)) {
        throw new IllegalStateException("segment twice: " + firstPosition);
      }
      if (freeBytes < PAGE_BYTES) {
        return null;
      }
      SimulatedFile file = new SimulatedFile();
      files.put(firstPosition, file);
      return new Writer(file);
    }

    @Override
    public void writeHeader(long firstPosition, long offset, int header) {
      operation();
      file(firstPosition).putInt((int) offset, header);
    }

    @Override
    public void finish(long firstPosition, long size, byte[] excerpt) {
      SimulatedFile file = file(firstPosition);
      boolean crashes = crashesNow();
      file.size = (int) size;
      Arrays.fill(file.now, (int) size, file.now.length, (byte) 0);
      if (crashes) {
        throw new Crash();
      }
      force(firstPosition);
      file.write((int) size, excerpt, excerpt.length);
      force(firstPosition);
    }

    @Override
    public void force(long firstPosition) {
      operation();
      forces++;
      file(firstPosition).force();
    }

    @Override
    public void delete(long firstPosition) {
      operation();
      files.remove(firstPosition);
    }

    @Override
    public byte @Nullable [] readIdentity() {
      return identity;
    }

    @Override
    public void writeIdentity(byte[] content) {
      operation();
      identity = content.clone();
    }

    @Override
    public String bootId() {
      return "boot" + boots;
    }

    @Override
    public long newLogId() {
      return random.nextLong() | 1;
    }

    @Override
    public String name() {
      return "the simulated disk";
    }

    @Override
    public void close() {
      if (!isCrashed) {
        isLocked = false;
      }
    }
  }

  private final class Writer implements SegmentWriter {
    /** As often as this Chronicle Queue puts a page of its index between excerpts. */
    private static final int INDEX_EVERY = 40;

    private final SimulatedFile file;
    private int end;
    private int excerpts;
    private long reserved;

    Writer(SimulatedFile file) {
      this.file = file;
      metaData(193);
      metaData(1000);
    }

    /** What Chronicle Queue writes for itself. */
    private void metaData(int length) {
      byte[] content = new byte[length];
      random.nextBytes(content);
      file.putInt(end, SegmentScan.NOT_COMPLETE | SegmentScan.META_DATA | length);
      file.write(end + Integer.BYTES, content, length);
      file.putInt(end, SegmentScan.META_DATA | length);
      end = (end + Integer.BYTES + length + 3) & ~3;
    }

    @Override
    public boolean reserve(int length) {
      operation();
      while (reserved < end + length + PAGE_BYTES) {
        if (freeBytes < PAGE_BYTES) {
          return false;
        }
        freeBytes -= PAGE_BYTES;
        reserved += PAGE_BYTES;
      }
      return true;
    }

    @Override
    public void append(ByteBuffer batch, int length) {
      boolean crashes = crashesNow();
      if (++excerpts % INDEX_EVERY == 0) {
        metaData(1024);
      }
      byte[] content = new byte[length];
      batch.get(0, content);
      if (crashes) {
        // Chronicle Queue writes the header last; another version of it may mark it first
        if (random.nextInt(4) == 0) {
          file.putInt(end, SegmentScan.NOT_COMPLETE);
        }
        file.write(end + Integer.BYTES, content, random.nextInt(length + 1));
        if (random.nextInt(4) == 0) {
          file.write(end + Integer.BYTES, content, length);
        }
        throw new Crash();
      }
      file.write(end + Integer.BYTES, content, length);
      file.putInt(end, length);
      end += Integer.BYTES + length;
    }

    @Override
    public long size() {
      return end;
    }

    @Override
    public void force() throws IOException {
      operation();
      if (failsForce) {
        throw new IOException("Input/output error");
      }
      forces++;
      file.force();
    }

    @Override
    public void close() {
      if (!isCrashed) {
        file.size = end;
      }
    }
  }
}
