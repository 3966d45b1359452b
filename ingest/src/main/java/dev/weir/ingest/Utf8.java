package dev.weir.ingest;

/** Well-formed UTF-8 as RFC 3629 has it: shortest forms, no surrogates, up to U+10FFFF. */
final class Utf8 {
  private Utf8() {}

  static boolean isWellFormed(byte[] text, int start, int length) {
    int at = start;
    int end = start + length;
    while (at < end) {
      int c = text[at++] & 0xff;
      if (c < 0x80) {
        continue;
      }
      int more =
          c >= 0xc2 && c <= 0xdf ? 1 : c >= 0xe0 && c <= 0xef ? 2 : c >= 0xf0 && c <= 0xf4 ? 3 : -1;
      if (more < 0 || at + more > end) {
        return false;
      }
      int second = text[at] & 0xff;
      boolean bad =
          (c == 0xe0 && second < 0xa0)
              || (c == 0xed && second > 0x9f)
              || (c == 0xf0 && second < 0x90)
              || (c == 0xf4 && second > 0x8f);
      for (int i = 0; i < more; i++) {
        bad |= (text[at + i] & 0xc0) != 0x80;
      }
      if (bad) {
        return false;
      }
      at += more;
    }
    return true;
  }
}
