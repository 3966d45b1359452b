package dev.weir.ingest;

import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.RecentKeys;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Ids of one event type within the horizon; an id is its bytes or number, whole. */
final class RepeatedIds {
  private final int field;
  private final boolean isBytes;
  private final long horizonNs;
  private final RecentKeys ids = new RecentKeys();
  private final UnsafeBuffer number = new UnsafeBuffer(new byte[Long.BYTES]);
  private long nowNs = Long.MIN_VALUE;

  RepeatedIds(EventType type) {
    this.field = type.idField();
    this.isBytes = type.fields().get(field).type().isVariable();
    this.horizonNs = type.idHorizonNs();
  }

  /** Whether the event's id was there; it is from now on. */
  boolean isRepeat(EventReader event) {
    if (event.isMissing(field)) {
      return false;
    }
    nowNs = Math.max(nowNs, event.timeNs());
    long oldNs = nowNs - horizonNs; // an id as old as the horizon is new again
    if (oldNs < nowNs) {
      ids.forgetBefore(oldNs + 1);
    }
    if (isBytes) {
      return isRepeat(event.buffer(), event.textOffset(field), event.textLength(field));
    }
    number.putLong(0, event.slot(field));
    return isRepeat(number, 0, Long.BYTES);
  }

  void save(DataOutput to) throws IOException {
    to.writeLong(nowNs);
    ids.save(to);
  }

  void restore(DataInput from) throws IOException {
    nowNs = from.readLong();
    ids.restore(from);
  }

  private boolean isRepeat(DirectBuffer id, int offset, int length) {
    if (ids.find(id, offset, length) != RecentKeys.NONE) {
      return true;
    }
    ids.put(id, offset, length, nowNs, 0);
    return false;
  }
}
