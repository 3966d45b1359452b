package dev.weir.state;

import dev.weir.engine.ChunkStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory that can crash: at a given write, and then what was not synced survives in any
 * part, drawn from a seed. It can be full as well.
 */
public final class SimulatedStore implements ChunkStore {
  /** The process died. */
  public static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** A write that was not synced. */
  private record Write(byte[] from, byte[] to, byte @Nullable [] value) {}

  private final Random random;
  private final NavigableMap<byte[], byte[]> durable;
  private final NavigableMap<byte[], byte[]> visible;
  private final List<Write> unsynced = new ArrayList<>();
  private int writesLeft = Integer.MAX_VALUE;
  private boolean isFull;
  private boolean isCrashed;

  public SimulatedStore(long seed) {
    this(new Random(seed * 0x9E3779B97F4A7C15L), new TreeMap<>(Arrays::compareUnsigned));
  }

  private SimulatedStore(Random random, NavigableMap<byte[], byte[]> durable) {
    this.random = random;
    this.durable = durable;
    this.visible = new TreeMap<>(durable);
  }

  /** Dies at the write, or sync, after this many. */
  public void crashAfter(int writes) {
    writesLeft = writes;
  }

  public boolean isCrashed() {
    return isCrashed;
  }

  public void isFull(boolean full) {
    isFull = full;
  }

  /** The store as the next process finds it: of what was not synced, any part is there. */
  public SimulatedStore afterCrash() {
    TreeMap<byte[], byte[]> left = new TreeMap<>(Arrays::compareUnsigned);
    left.putAll(durable);
    for (Write write : unsynced) {
      if (random.nextBoolean()) {
        apply(left, write);
      }
    }
    return new SimulatedStore(random, left);
  }

  private static void apply(NavigableMap<byte[], byte[]> to, Write write) {
    if (write.value() == null) {
      to.subMap(write.from(), true, write.to(), false).clear();
    } else {
      to.put(write.from(), write.value());
    }
  }

  private void step() {
    if (writesLeft <= 0) {
      isCrashed = true;
      throw new Crash();
    }
    writesLeft -= writesLeft == Integer.MAX_VALUE ? 0 : 1;
    if (isFull) {
      throw new StoreException("the disk is full", true, null);
    }
  }

  private void write(Write write) {
    step();
    unsynced.add(write);
    apply(visible, write);
  }

  @Override
  public void put(byte[] name, DirectBuffer buffer, int offset, int length) {
    byte[] value = new byte[length];
    buffer.getBytes(offset, value);
    write(new Write(name.clone(), name.clone(), value));
  }

  @Override
  public void remove(byte[] from, byte[] to) {
    write(new Write(from.clone(), to.clone(), null));
  }

  @Override
  public void sync() {
    step();
    unsynced.forEach(write -> apply(durable, write));
    unsynced.clear();
  }

  @Override
  public byte @Nullable [] get(byte[] name) {
    byte[] value = visible.get(name);
    return value == null ? null : value.clone();
  }

  @Override
  public void forEach(byte[] from, byte[] to, Visitor visitor) {
    for (Map.Entry<byte[], byte[]> entry :
        new TreeMap<>(visible.subMap(from, true, to, false)).entrySet()) {
      byte[] value = entry.getValue();
      if (!visitor.onChunk(entry.getKey().clone(), new UnsafeBuffer(value.clone()), value.length)) {
        return;
      }
    }
  }

  @Override
  public void close() {}
}
