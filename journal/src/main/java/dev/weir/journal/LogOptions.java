package dev.weir.journal;

/**
 * How a log is kept. Immutable.
 *
 * @param durability what an appended record survives
 * @param segmentBytes a segment that has reached this size is followed by a new one
 * @param preamble what each segment begins with
 */
public record LogOptions(Durability durability, long segmentBytes, Preamble preamble) {
  public static final long SEGMENT_BYTES_MIN = 64L << 10;
  public static final long SEGMENT_BYTES_DEFAULT = 256L << 20;

  /** Readers and tools address a segment by 32 bits. */
  public static final long SEGMENT_BYTES_MAX = 1L << 30;

  public LogOptions {
    if (segmentBytes < SEGMENT_BYTES_MIN || segmentBytes > SEGMENT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "segment size: bytes="
              + segmentBytes
              + " least="
              + SEGMENT_BYTES_MIN
              + " most="
              + SEGMENT_BYTES_MAX);
    }
  }

  public static LogOptions of(Durability durability) {
    return new LogOptions(durability, SEGMENT_BYTES_DEFAULT, Preamble.NONE);
  }

  public LogOptions withSegmentBytes(long bytes) {
    return new LogOptions(durability, bytes, preamble);
  }

  public LogOptions withPreamble(Preamble newPreamble) {
    return new LogOptions(durability, segmentBytes, newPreamble);
  }
}
