package dev.weir.server;

/** Exit codes of the command line. */
final class ExitCode {
  static final int OK = 0;

  /** Check or test found something. */
  static final int FINDINGS = 1;

  static final int USAGE = 2;

  /** Warnings, where they are denied. */
  static final int WARNINGS = 3;

  /** Input data that cannot be used. */
  static final int DATA = 65;

  /** A fault in Weir. */
  static final int FAULT = 70;

  /** Reading or writing failed. */
  static final int IO = 74;

  static final int CONFIG = 78;

  /** Stopped by an interrupt; the JVM itself gives this code, and 143 for a terminate. */
  static final int INTERRUPTED = 130;

  /** The reader of standard output went away, as when piped into {@code head}: not a mistake. */
  static final int BROKEN_PIPE = 141;

  private ExitCode() {}
}
