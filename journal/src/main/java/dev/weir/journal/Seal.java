package dev.weir.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The batch that ends a segment. */
final class Seal {
  static final int EXCERPT_BYTES = SegmentScan.EXCERPT_HEADER_BYTES + BatchLayout.HEADER_BYTES;

  private Seal() {}

  /**
   * When the last batch of a sealed segment was appended; the greatest value if it cannot be read.
   */
  static long appendedNs(SegmentFile file, long logId) throws IOException {
    SegmentScan scan = new SegmentScan(file, logId);
    scan.moveTo(Math.max(0, file.size() - EXCERPT_BYTES));
    return scan.next() == SegmentScan.Step.BATCH ? scan.batch().appendedNs() : Long.MAX_VALUE;
  }

  /** The seal as an excerpt, framing included; what it says of durability is its own position. */
  static byte[] excerpt(long position, long watermarkNs, long appendedNs, long logId) {
    BatchBuffer seal = new BatchBuffer(BatchLayout.HEADER_BYTES + BatchLayout.RECORD_BYTES_MIN);
    seal.complete(BatchLayout.KIND_SEAL, position, watermarkNs, appendedNs, position, logId);
    ByteBuffer excerpt = ByteBuffer.allocate(EXCERPT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    excerpt.putInt(BatchLayout.HEADER_BYTES);
    ByteBuffer bytes = seal.bytes();
    bytes.limit(BatchLayout.HEADER_BYTES).position(0);
    excerpt.put(bytes);
    return excerpt.array();
  }
}
