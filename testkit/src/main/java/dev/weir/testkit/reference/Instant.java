package dev.weir.testkit.reference;

/**
 * An instant of one rule and key.
 *
 * @param place order of its event; position of the event that armed it, for a deadline
 * @param role number of the role under which the key was offered
 */
record Instant(At at, long place, int role) {
  /** Deadlines come before events. */
  int kind() {
    return at.event() == null ? 0 : 1;
  }
}
