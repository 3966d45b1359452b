package dev.weir.journal;

import org.agrona.DirectBuffer;

/** Takes records one after the other; the buffer is valid during the call only. */
@FunctionalInterface
public interface RecordHandler {
  void onRecord(long position, DirectBuffer buffer, int offset, int length);
}
