package dev.weir.testkit.reference;

/** The case has more partial matches or matches than {@link ReferenceLimits} allow. */
public final class TooLarge extends RuntimeException {
  private static final long serialVersionUID = 1;

  TooLarge(String what, long count, long limit) {
    super("too large for the reference: " + what + "=" + count + ", limit=" + limit);
  }
}
