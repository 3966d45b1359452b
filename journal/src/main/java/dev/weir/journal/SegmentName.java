package dev.weir.journal;

/** The name of a segment: its first position in 19 digits, so that names sort as positions do. */
final class SegmentName {
  private static final int DIGITS = 19;

  private SegmentName() {}

  static String of(long firstPosition) {
    String digits = Long.toString(firstPosition);
    return "0".repeat(DIGITS - digits.length()) + digits;
  }

  static boolean isName(String name) {
    return name.length() == DIGITS && name.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  static long firstPosition(String name) {
    return Long.parseLong(name);
  }
}
