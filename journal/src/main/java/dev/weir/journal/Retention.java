package dev.weir.journal;

/**
 * How much of a log is kept: a segment may go when either limit says so. Immutable.
 *
 * @param bytesMax bytes on disk, or {@link #UNLIMITED}
 * @param ageNsMax nanoseconds since the last batch of a segment was appended, or {@link #UNLIMITED}
 */
public record Retention(long bytesMax, long ageNsMax) {
  public static final long UNLIMITED = Long.MAX_VALUE;

  public Retention {
    if (bytesMax < 0 || ageNsMax < 0) {
      throw new IllegalArgumentException(
          "retention below 0: bytes=" + bytesMax + " ageNs=" + ageNsMax);
    }
  }

  public static Retention bytes(long bytesMax) {
    return new Retention(bytesMax, UNLIMITED);
  }

  public static Retention age(long ageNsMax) {
    return new Retention(UNLIMITED, ageNsMax);
  }
}
