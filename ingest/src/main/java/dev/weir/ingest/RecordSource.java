package dev.weir.ingest;

import dev.weir.event.EventType;
import org.agrona.MutableDirectBuffer;

/** Records of one event type, in the order of their files. Owned by one thread. */
public interface RecordSource extends AutoCloseable {
  /** The type of its records. */
  EventType type();

  /** Moves to the next record; false at the end. */
  boolean next();

  /** The record, at offset 0; valid until the next call of {@link #next}. */
  MutableDirectBuffer buffer();

  /** Bytes of the record. */
  int length();

  /** Its event time, ns. */
  long timeNs();

  /** Where in the source the record stands; for {@link #seek}. */
  long place();

  /**
   * Moves to the record that stands here; {@link #next} goes on behind it.
   *
   * @return false if no record stands here: the source has changed
   */
  boolean seek(long place);

  /** Rows that went to the dead letters. */
  long rejected();

  /** Bytes of the files read so far, and in all; compressed bytes where they are compressed. */
  long bytesRead();

  long bytesTotal();

  @Override
  void close();
}
