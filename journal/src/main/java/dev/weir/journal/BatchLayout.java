package dev.weir.journal;

import dev.weir.event.RecordLayout;

/**
 * A batch in the journal, layout version 1, little endian: one excerpt of Chronicle Queue each.
 *
 * <pre>
 *   0  int32   magic, {@value #MAGIC}
 *   4  uint8   layout version
 *   5  uint8   kind: 1 records, 2 preamble, 3 seal, 4 gap
 *   6  uint16  of a preamble its part, doubled, plus 1 where another part follows; else 0
 *   8  int32   length of the batch in bytes, this header included, a multiple of 8
 *  12  int32   number of records; of a gap 0
 *  16  int64   position of the first record; of other kinds the next position
 *  24  int64   stream watermark after the batch, ns since the epoch
 *  32  int64   appended at, ns since the epoch, never less than in the batch before
 *  40  int64   durable: every position below it was on disk when this batch was written
 *  48  int64   id of the log, drawn at random when the log was made
 *  56  int32   0; of a gap the number of positions lost, at most 2^31-1
 *  60  int32   CRC32C of bytes 0 to 59 and 64 to the end
 *  64          records back to back, as {@link RecordLayout} or {@link ControlRecord} have them
 * </pre>
 *
 * Positions are dense over batches of records and gaps. A <em>preamble</em> opens a segment: what a
 * fold that begins here must know, in one part or several; its records have the position {@link
 * #NO_POSITION}. No segment is whole without it. A <em>seal</em> closes a segment. A <em>gap</em>
 * is written by repair only: it stands for positions whose records are lost. The id keeps the
 * content of a record from passing for a batch, and a segment of one log from passing for that of
 * another.
 */
public final class BatchLayout {
  /** "WRB1" read as a little-endian integer. */
  public static final int MAGIC = 0x31425257;

  public static final int LAYOUT_VERSION = 1;

  public static final int KIND_RECORDS = 1;
  public static final int KIND_PREAMBLE = 2;
  public static final int KIND_SEAL = 3;
  public static final int KIND_GAP = 4;

  /** Position of a record that has none. */
  public static final long NO_POSITION = -1;

  /** Bytes of the longest batch, header included. */
  public static final int BATCH_BYTES_MAX = 4 * 1024 * 1024;

  /** Bytes of the longest record in a batch. */
  public static final int RECORD_BYTES_MAX = 3 * 1024 * 1024;

  /** Bytes of the shortest record: the fixed part of {@link RecordLayout}. */
  public static final int RECORD_BYTES_MIN = RecordLayout.NULLS_OFFSET;

  static final int MAGIC_OFFSET = 0;
  static final int VERSION_OFFSET = 4;
  static final int KIND_OFFSET = 5;
  static final int PART_OFFSET = 6;
  static final int LENGTH_OFFSET = 8;
  static final int COUNT_OFFSET = 12;
  static final int FIRST_POSITION_OFFSET = 16;
  static final int WATERMARK_OFFSET = 24;
  static final int APPENDED_OFFSET = 32;
  static final int DURABLE_OFFSET = 40;
  static final int LOG_ID_OFFSET = 48;
  static final int LOST_OFFSET = 56;
  static final int CRC_OFFSET = 60;
  static final int HEADER_BYTES = 64;

  private BatchLayout() {}
}
