package dev.weir.ingest;

import org.agrona.DirectBuffer;

/**
 * Takes stamped records in order of position: {@link Journaler}, or evaluation without a journal.
 */
public interface IntakeSink {
  /**
   * One record.
   *
   * @param watermarkNs of the stream after this record
   */
  void onRecord(DirectBuffer buffer, int offset, int length, long watermarkNs);

  /** All sources have ended; stream time moves to this time. */
  void onEnd(long finalTimeNs);
}
