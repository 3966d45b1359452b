package dev.weir.alerts;

/** What stands behind the merge: an {@link AlertLog}, or receivers alone. Owned by one thread. */
public interface AlertOutput {
  /** Whether an alert would be taken now; if not, the merge waits. */
  boolean hasRoom();

  /**
   * One alert, in alert order.
   *
   * @param open the alert as the shard gave it; valid during the call
   * @param suppressed alerts held back since the last one like it
   */
  void onAlert(Alert open, long suppressed);

  /**
   * A turn of the merge is over; what may go out goes out.
   *
   * @param mergedTo all alerts released by records before this position have been given
   * @return whether anything was done
   */
  boolean commit(long mergedTo);

  /**
   * Every alert released by records before this position has gone out, with the journal durable up
   * to there.
   */
  long committedTo();

  /** Lets out everything, durable or not yet; false: not all could be written, call again. */
  boolean flush();

  /** Brings to disk what was let out, and what it came from. */
  void sync();
}
