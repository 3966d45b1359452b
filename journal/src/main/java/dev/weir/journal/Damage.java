package dev.weir.journal;

/**
 * Something in a log that is not as it was written. Immutable.
 *
 * @param file the file
 * @param offset byte at which it was noticed
 * @param fromPosition first position that cannot be read
 * @param toPosition the next position that can be read; equal to {@code fromPosition} where no
 *     record is lost; {@link #TO_THE_END} where nothing readable follows in the segment
 * @param what in words
 */
public record Damage(String file, long offset, long fromPosition, long toPosition, String what) {
  public static final long TO_THE_END = Long.MAX_VALUE;

  /** Whether records are lost, not only bytes that carry none. */
  public boolean losesRecords() {
    return toPosition > fromPosition;
  }

  @Override
  public String toString() {
    String lost =
        !losesRecords()
            ? "at position " + fromPosition + ", no record lost"
            : toPosition == TO_THE_END
                ? "position " + fromPosition + " and after"
                : toPosition == fromPosition + 1
                    ? "position " + fromPosition
                    : "positions " + fromPosition + " to " + (toPosition - 1);
    return file + ": byte " + offset + ": " + lost + ": " + what;
  }
}
