package dev.weir.testkit.reference;

import org.jspecify.annotations.Nullable;

/**
 * When something is judged.
 *
 * @param timeNs of the instant
 * @param event the event of the instant; null at a deadline
 */
record At(long timeNs, @Nullable Ev event) {
  static At event(Ev event) {
    return new At(event.timeNs(), event);
  }

  static At deadline(long timeNs) {
    return new At(timeNs, null);
  }
}
