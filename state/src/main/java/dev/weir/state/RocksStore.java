package dev.weir.state;

import dev.weir.engine.ChunkStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Status;
import org.rocksdb.WriteOptions;

/**
 * A chunk store in a folder, on RocksDB. Writes go to its memory table and from there to sorted
 * files, without a write-ahead log: a sync writes the memory table out. Memory is bounded: two
 * memory tables of {@value #TABLE_BYTES} bytes and a block cache of {@value #CACHE_BYTES} bytes.
 * After a failed write, such as on a full disk, the store opens the folder anew at the next call;
 * what was not synced is lost then, as after a crash. The folder is locked as long as it is open.
 * Safe for many threads, one at a time.
 */
public final class RocksStore implements ChunkStore {
  private static final long TABLE_BYTES = 16 << 20;
  private static final long CACHE_BYTES = 8 << 20;

  static {
    RocksDB.loadLibrary();
  }

  private final Path folder;
  private final LRUCache cache = new LRUCache(CACHE_BYTES);
  private final Options options = new Options();
  private final WriteOptions writing = new WriteOptions().setDisableWAL(true);
  private final FlushOptions flushing = new FlushOptions().setWaitForFlush(true);
  private final ReadOptions reading = new ReadOptions().setFillCache(false);
  private @Nullable RocksDB db;

  private RocksStore(Path folder) {
    this.folder = folder;
    options
        .setCreateIfMissing(true)
        .setWriteBufferSize(TABLE_BYTES)
        .setMaxWriteBufferNumber(2)
        .setMaxBackgroundJobs(2)
        .setMaxOpenFiles(64)
        .setKeepLogFileNum(2)
        .setMaxLogFileSize(1 << 20)
        .setParanoidChecks(true)
        .setCompressionType(CompressionType.NO_COMPRESSION)
        .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache));
  }

  /**
   * Opens a folder or makes it.
   *
   * @throws StoreException if it is in use, damaged or cannot be written
   */
  public static RocksStore open(Path folder) {
    RocksStore store = new RocksStore(folder);
    try {
      Files.createDirectories(folder);
      store.db();
    } catch (IOException e) {
      store.close();
      throw new StoreException(
          "cannot make the folder " + folder + ": " + e.getMessage(), false, e);
    } catch (StoreException e) {
      store.close();
      throw e;
    }
    return store;
  }

  private RocksDB db() {
    if (db == null) {
      try {
        db = RocksDB.open(options, folder.toString());
      } catch (RocksDBException e) {
        throw failure("cannot open", e);
      }
    }
    return db;
  }

  private StoreException failure(String what, RocksDBException e) {
    Status status = e.getStatus();
    boolean isFull =
        status != null && status.getSubCode() == Status.SubCode.NoSpace
            || String.valueOf(e.getMessage()).contains("No space left");
    return new StoreException(
        what + " the store of checkpoints " + folder + ": " + e.getMessage(), isFull, e);
  }

  /** RocksDB refuses every write after a failed one until it is opened anew. */
  private StoreException writeFailure(RocksDBException e) {
    RocksDB failed = db;
    db = null;
    if (failed != null) {
      failed.close();
    }
    return failure("cannot write to", e);
  }

  @Override
  public synchronized void put(byte[] name, DirectBuffer buffer, int offset, int length) {
    byte[] value = new byte[length];
    buffer.getBytes(offset, value);
    try {
      db().put(writing, name, value);
    } catch (RocksDBException e) {
      throw writeFailure(e);
    }
  }

  @Override
  public synchronized void remove(byte[] from, byte[] to) {
    try {
      db().deleteRange(writing, from, to);
    } catch (RocksDBException e) {
      throw writeFailure(e);
    }
  }

  @Override
  public synchronized void sync() {
    try {
      db().flush(flushing);
    } catch (RocksDBException e) {
      throw writeFailure(e);
    }
  }

  @Override
  public synchronized byte @Nullable [] get(byte[] name) {
    try {
      return db().get(reading, name);
    } catch (RocksDBException e) {
      throw failure("cannot read", e);
    }
  }

  @Override
  public synchronized void forEach(byte[] from, byte[] to, Visitor visitor) {
    try (Slice end = new Slice(to);
        ReadOptions bounded = new ReadOptions().setFillCache(false).setIterateUpperBound(end);
        RocksIterator pairs = db().newIterator(bounded)) {
      UnsafeBuffer value = new UnsafeBuffer(new byte[0]);
      for (pairs.seek(from); pairs.isValid(); pairs.next()) {
        if (Arrays.compareUnsigned(pairs.key(), to) >= 0) {
          break;
        }
        value.wrap(pairs.value());
        if (!visitor.onChunk(pairs.key(), value, value.capacity())) {
          break;
        }
      }
      pairs.status();
    } catch (RocksDBException e) {
      throw failure("cannot read", e);
    }
  }

  @Override
  public synchronized void close() {
    if (db != null) {
      db.close();
      db = null;
    }
    options.close();
    writing.close();
    flushing.close();
    reading.close();
    cache.close();
  }
}
