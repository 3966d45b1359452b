package dev.weir.event;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Keys of the recent past, each with a time and a number: ids within their horizon, periods of
 * suppression. Entries stand in a first-in first-out log, so that forgetting the oldest is moving a
 * cursor; an index finds the newest entry of a key. Times given to {@link #put} never fall. The
 * whole key decides equality. Every operation is O(length of the key), {@link #forgetBefore} O(what
 * it forgets); after the log has had its greatest length nothing is allocated. Owned by one thread.
 *
 * <pre>
 *  entry, in one chunk of the log: int64 time | int64 number | int64 hash
 *                                  | int32 length, or ~length where a newer entry took its place
 *                                  | the key's bytes, padded to 8
 *  index: the upper half of the hash decides the place; the address of the entry + 1, or 0
 * </pre>
 */
public final class RecentKeys {
  /** No entry. */
  public static final long NONE = -1;

  private static final int CHUNK_BITS = 20;
  private static final int CHUNK_BYTES = 1 << CHUNK_BITS;
  private static final int NUMBER_OFFSET = 8;
  private static final int HASH_OFFSET = 16;
  private static final int LENGTH_OFFSET = 24;
  private static final int KEY_OFFSET = 28;
  private static final int CHUNK_END = Integer.MIN_VALUE; // in place of a length
  private static final int INDEX_MIN = 64;

  /**
   * An index of this length is not made smaller: numbers that swing would make it anew each time.
   */
  private static final int INDEX_KEPT = 4096;

  // chunks[(n & mask)] is chunk n of the log, for those between head and end
  private UnsafeBuffer[] chunks = new UnsafeBuffer[4];
  private UnsafeBuffer[] spares = new UnsafeBuffer[4]; // chunks to use again
  private int spareCount;
  private long head; // address of the oldest entry
  private long end; // address behind the newest
  private long[] index = new long[INDEX_MIN];
  private int size;

  /** Keys that are there. */
  public int size() {
    return size;
  }

  /** Bytes of the index and of the chunks between the oldest and the newest entry. */
  public long bytes() {
    long chunkCount = head == end ? 0 : chunkOf(end - 1) - chunkOf(head) + 1;
    return chunkCount * CHUNK_BYTES + index.length * 8L;
  }

  /** The entry of this key, or {@link #NONE}; valid until the next change. */
  public long find(DirectBuffer key, int offset, int length) {
    return find(key, offset, length, Hashing.hash64(key, offset, length));
  }

  /** When the entry was put. */
  public long timeNs(long entry) {
    return chunk(entry).getLong(at(entry));
  }

  /** The number kept with the entry. */
  public long number(long entry) {
    return chunk(entry).getLong(at(entry) + NUMBER_OFFSET);
  }

  /** Changes the number kept with the entry. */
  public void number(long entry, long number) {
    chunk(entry).putLong(at(entry) + NUMBER_OFFSET, number);
  }

  /**
   * Adds the key, in place of an entry that it has.
   *
   * @param timeNs not below that of the entry before
   * @param length at most {@link RecordLayout#TEXT_BYTES_MAX}
   */
  public void put(DirectBuffer key, int offset, int length, long timeNs, long number) {
    long hash = Hashing.hash64(key, offset, length);
    long old = find(key, offset, length, hash);
    long entry = append(key, offset, length, hash, timeNs, number);
    if (old != NONE) {
      chunk(old).putInt(at(old) + LENGTH_OFFSET, ~length);
      index[slotOf(old, hash)] = entry + 1;
      return;
    }
    if ((size + 1) * 5L > index.length * 3L) {
      resize(index.length * 2);
    }
    insert(entry, hash);
    size++;
  }

  /** Forgets the entries whose time is below this. */
  public void forgetBefore(long timeNs) {
    while (head != end) {
      UnsafeBuffer chunk = chunk(head);
      int at = at(head);
      int length = CHUNK_BYTES - at < KEY_OFFSET ? CHUNK_END : chunk.getInt(at + LENGTH_OFFSET);
      if (length == CHUNK_END) {
        leaveChunk((chunkOf(head) + 1) << CHUNK_BITS);
        continue;
      }
      if (chunk.getLong(at) >= timeNs) {
        return;
      }
      if (length >= 0) {
        remove(head, chunk.getLong(at + HASH_OFFSET));
      }
      long next = head + entryBytes(length < 0 ? ~length : length);
      if (chunkOf(next) != chunkOf(head)) {
        leaveChunk(next);
      } else {
        head = next;
      }
    }
  }

  /**
   * Writes all entries, oldest first: for each the byte 1, int64 time, int64 number, int32 length
   * and the key's bytes; then the byte 0. Big endian, as the output writes.
   */
  public void save(DataOutput to) throws IOException {
    byte[] key = new byte[64];
    for (long at = head; at != end; ) {
      UnsafeBuffer chunk = chunk(at);
      int length =
          CHUNK_BYTES - at(at) < KEY_OFFSET ? CHUNK_END : chunk.getInt(at(at) + LENGTH_OFFSET);
      if (length == CHUNK_END) {
        at = (chunkOf(at) + 1) << CHUNK_BITS;
        continue;
      }
      if (length >= 0) {
        key = key.length < length ? new byte[length] : key;
        chunk.getBytes(at(at) + KEY_OFFSET, key, 0, length);
        to.writeByte(1);
        to.writeLong(chunk.getLong(at(at)));
        to.writeLong(chunk.getLong(at(at) + NUMBER_OFFSET));
        to.writeInt(length);
        to.write(key, 0, length);
      }
      at += entryBytes(length < 0 ? ~length : length);
    }
    to.writeByte(0);
  }

  /** Reads what {@link #save} wrote into keys that hold nothing. */
  public void restore(DataInput from) throws IOException {
    UnsafeBuffer key = new UnsafeBuffer(new byte[64]);
    while (from.readByte() != 0) {
      long timeNs = from.readLong();
      long number = from.readLong();
      int length = from.readInt();
      if (length < 0 || length > RecordLayout.TEXT_BYTES_MAX) {
        throw new IOException("a key has a wrong length: bytes=" + length);
      }
      if (key.capacity() < length) {
        key.wrap(new byte[length]);
      }
      from.readFully(key.byteArray(), 0, length);
      put(key, 0, length, timeNs, number);
    }
  }

  private void leaveChunk(long next) {
    if (spareCount == spares.length) {
      spares = Arrays.copyOf(spares, spareCount * 2);
    }
    spares[spareCount++] = chunk(head);
    head = next;
  }

  private long find(DirectBuffer key, int offset, int length, long hash) {
    int mask = index.length - 1;
    for (int i = home(hash) & mask; index[i] != 0; i = (i + 1) & mask) {
      long entry = index[i] - 1;
      UnsafeBuffer chunk = chunk(entry);
      int at = at(entry);
      if (chunk.getLong(at + HASH_OFFSET) == hash
          && chunk.getInt(at + LENGTH_OFFSET) == length
          && sameBytes(chunk, at + KEY_OFFSET, key, offset, length)) {
        return entry;
      }
    }
    return NONE;
  }

  private static boolean sameBytes(
      DirectBuffer a, int aOffset, DirectBuffer b, int bOffset, int length) {
    for (int i = 0; i < length; i++) {
      if (a.getByte(aOffset + i) != b.getByte(bOffset + i)) {
        return false;
      }
    }
    return true;
  }

  private long append(
      DirectBuffer key, int offset, int length, long hash, long timeNs, long number) {
    int bytes = entryBytes(length);
    int room = CHUNK_BYTES - at(end);
    if (at(end) == 0 || room < bytes) {
      if (at(end) != 0) {
        if (room >= KEY_OFFSET) {
          chunk(end).putInt(at(end) + LENGTH_OFFSET, CHUNK_END);
        }
        long next = (chunkOf(end) + 1) << CHUNK_BITS;
        if (head == end) {
          leaveChunk(next);
        }
        end = next;
      }
      addChunk();
    }
    long entry = end;
    UnsafeBuffer chunk = chunk(entry);
    int at = at(entry);
    chunk.putLong(at, timeNs);
    chunk.putLong(at + NUMBER_OFFSET, number);
    chunk.putLong(at + HASH_OFFSET, hash);
    chunk.putInt(at + LENGTH_OFFSET, length);
    chunk.putBytes(at + KEY_OFFSET, key, offset, length);
    end += bytes;
    return entry;
  }

  private void addChunk() {
    long first = chunkOf(head);
    long added = chunkOf(end);
    if (added - first >= chunks.length) {
      UnsafeBuffer[] wider = new UnsafeBuffer[chunks.length * 2];
      for (long n = first; n < added; n++) {
        wider[(int) n & (wider.length - 1)] = chunks[(int) n & (chunks.length - 1)];
      }
      chunks = wider;
    }
    chunks[(int) added & (chunks.length - 1)] =
        spareCount > 0 ? spares[--spareCount] : new UnsafeBuffer(new byte[CHUNK_BYTES]);
  }

  private void insert(long entry, long hash) {
    int mask = index.length - 1;
    int i = home(hash) & mask;
    while (index[i] != 0) {
      i = (i + 1) & mask;
    }
    index[i] = entry + 1;
  }

  private int slotOf(long entry, long hash) {
    int mask = index.length - 1;
    int i = home(hash) & mask;
    while (index[i] != entry + 1) {
      i = (i + 1) & mask;
    }
    return i;
  }

  private void remove(long entry, long hash) {
    int mask = index.length - 1;
    int hole = slotOf(entry, hash);
    for (int i = (hole + 1) & mask; index[i] != 0; i = (i + 1) & mask) {
      long moving = index[i] - 1;
      int home = home(chunk(moving).getLong(at(moving) + HASH_OFFSET)) & mask;
      if (((i - home) & mask) >= ((i - hole) & mask)) { // may move back to the hole
        index[hole] = index[i];
        hole = i;
      }
    }
    index[hole] = 0;
    size--;
    if (index.length > INDEX_KEPT && size * 8L < index.length) {
      resize(index.length / 2);
    }
  }

  private void resize(int capacity) {
    long[] old = index;
    index = new long[capacity];
    for (long address : old) {
      if (address != 0) {
        insert(address - 1, chunk(address - 1).getLong(at(address - 1) + HASH_OFFSET));
      }
    }
  }

  private UnsafeBuffer chunk(long address) {
    return chunks[(int) chunkOf(address) & (chunks.length - 1)];
  }

  private static long chunkOf(long address) {
    return address >>> CHUNK_BITS;
  }

  private static int at(long address) {
    return (int) address & (CHUNK_BYTES - 1);
  }

  private static int home(long hash) {
    return (int) (hash >>> 32);
  }

  private static int entryBytes(int length) {
    return (KEY_OFFSET + length + 7) & ~7;
  }
}
