package dev.weir.testkit.reference;

/**
 * Where the reference gives up, with {@link TooLarge}.
 *
 * @param partialsMax open partial matches of one rule and key
 * @param matchesMax complete matches of one rule and key at one instant
 */
public record ReferenceLimits(int partialsMax, int matchesMax) {
  /** Enough for small cases: 20,000 of each. */
  public static final ReferenceLimits DEFAULT = new ReferenceLimits(20_000, 20_000);
}
