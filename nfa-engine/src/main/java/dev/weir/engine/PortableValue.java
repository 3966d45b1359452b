package dev.weir.engine;

/** How a value stands in the portable form: a byte that says what follows, then that. */
final class PortableValue {
  static final int MISSING = 0;

  /** An int64 follows. */
  static final int NUMBER = 1;

  /** An int32 length and that many bytes follow. */
  static final int TEXT = 2;

  /** Two int64 follow: numerator, denominator. */
  static final int RATIO = 3;

  private PortableValue() {}

  /** Passes over a value; returns the bytes of its text. */
  static int skip(SectionReader from, boolean isText) {
    return skip(from, isText ? TEXT : NUMBER);
  }

  /** Passes over a value of this kind, or a missing one; returns the bytes it takes in memory. */
  static int skip(SectionReader from, int wanted) {
    int kind = from.getByte();
    if (kind == MISSING) {
      return 0;
    }
    if (kind != wanted) {
      throw SectionReader.bad("a value of another type: kind=" + kind);
    }
    if (kind == RATIO) {
      from.skip(2 * Long.BYTES);
      return 2 * Long.BYTES;
    }
    if (kind == NUMBER) {
      from.skip(Long.BYTES);
      return 0;
    }
    int length = from.getLength();
    from.skip(length);
    return length;
  }
}
