package dev.weir.dsl.diagnostic;

/** How many columns of a terminal a text takes. */
final class DisplayWidth {
  /** First and last of the ranges that take two columns. */
  private static final int[] WIDE = {
    0x1100, 0x115F, // Hangul letters
    0x2E80, 0x303E, // CJK radicals and signs
    0x3041, 0x33FF, // kana to CJK compatibility
    0x3400, 0x4DBF, // CJK extension A
    0x4E00, 0x9FFF, // CJK
    0xA000, 0xA4CF, // Yi
    0xAC00, 0xD7A3, // Hangul syllables
    0xF900, 0xFAFF, // CJK compatibility
    0xFE30, 0xFE6F, // CJK compatibility forms
    0xFF00, 0xFF60, // full-width forms
    0xFFE0, 0xFFE6, // full-width signs
    0x1F300, 0x1F64F, // pictures and faces
    0x1F900, 0x1F9FF, // more pictures
    0x20000, 0x3FFFD // CJK extensions
  };

  private DisplayWidth() {}

  static int of(String text) {
    return text.codePoints().map(DisplayWidth::of).sum();
  }

  private static int of(int codePoint) {
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    for (int i = 0; i < WIDE.length; i += 2) {
      if (codePoint >= WIDE[i] && codePoint <= WIDE[i + 1]) {
        return 2;
      }
    }
    return 1;
  }
}
