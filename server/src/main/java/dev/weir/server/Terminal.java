package dev.weir.server;

/** What the launcher found out about the streams: it passes {@code weir.tty}. */
final class Terminal {
  private Terminal() {}

  static boolean isOutput() {
    return System.getProperty("weir.tty", "").contains("1");
  }

  static boolean isError() {
    return System.getProperty("weir.tty", "").contains("2");
  }
}
