package dev.weir.soak;

import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import dev.weir.ingest.RecordSource;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The events of one type, in memory; an event's place is its number. Owned by one thread. */
final class MemorySource implements RecordSource {
  private final EventType type;
  private final List<byte[]> records;
  private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[0]);
  private int at = -1;

  MemorySource(EventType type, List<byte[]> records) {
    this.type = type;
    this.records = records;
  }

  @Override
  public EventType type() {
    return type;
  }

  @Override
  public boolean next() {
    return at + 1 < records.size() && seek(at + 1);
  }

  @Override
  public MutableDirectBuffer buffer() {
    return buffer;
  }

  @Override
  public int length() {
    return buffer.capacity();
  }

  @Override
  public long timeNs() {
    return RecordLayout.time(buffer, 0);
  }

  @Override
  public long place() {
    return at;
  }

  @Override
  public boolean seek(long place) {
    if (place < 0 || place >= records.size()) {
      return false;
    }
    at = (int) place;
    buffer.wrap(records.get(at).clone());
    return true;
  }

  @Override
  public long rejected() {
    return 0;
  }

  @Override
  public long bytesRead() {
    return at + 1L;
  }

  @Override
  public long bytesTotal() {
    return records.size();
  }

  @Override
  public void close() {}
}
