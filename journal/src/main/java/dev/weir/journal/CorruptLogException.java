package dev.weir.journal;

/** A part of the log that was complete cannot be read. */
public final class CorruptLogException extends LogException {
  private final String file;
  private final long offset;
  private final long position;

  CorruptLogException(String file, long offset, long position, String what) {
    super(
        file
            + ": damaged at byte "
            + offset
            + ", position "
            + position
            + ": "
            + what
            + " (`weir journal verify` shows all damage, `weir journal repair` saves the rest)");
    this.file = file;
    this.offset = offset;
    this.position = position;
  }

  public String file() {
    return file;
  }

  /** Byte of the file at which reading stopped. */
  public long offset() {
    return offset;
  }

  /** The first position that cannot be read. */
  public long position() {
    return position;
  }
}
