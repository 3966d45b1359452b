package dev.weir.engine;

/** Takes a trace, on the engine's thread; must not call the engine. */
public interface TraceSink {
  /** Whether this rule under this key is looked at; asked often. */
  default boolean wants(int rule, String key) {
    return true;
  }

  void onEntry(TraceEntry entry);

  /**
   * A part of a rule was at work.
   *
   * @param held of a condition, whether it held; else true
   */
  default void onPart(TracePart part, boolean held) {}
}
