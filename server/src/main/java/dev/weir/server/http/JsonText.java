package dev.weir.server.http;

/** Builds small JSON texts. Owned by one thread. */
public final class JsonText {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder text = new StringBuilder();
  private boolean isFirst = true;

  public JsonText begin() {
    comma();
    text.append('{');
    isFirst = true;
    return this;
  }

  public JsonText end() {
    text.append('}');
    isFirst = false;
    return this;
  }

  public JsonText beginList(String name) {
    name(name);
    text.append('[');
    isFirst = true;
    return this;
  }

  public JsonText endList() {
    text.append(']');
    isFirst = false;
    return this;
  }

  public JsonText put(String name, String value) {
    name(name);
    quoted(value);
    return this;
  }

  public JsonText put(String name, long value) {
    name(name);
    text.append(value);
    isFirst = false;
    return this;
  }

  public JsonText put(String name, boolean value) {
    name(name);
    text.append(value);
    isFirst = false;
    return this;
  }

  /** A value that is JSON already. */
  public JsonText raw(String name, String json) {
    name(name);
    text.append(json);
    isFirst = false;
    return this;
  }

  /** A text in a list. */
  public JsonText add(String value) {
    comma();
    quoted(value);
    return this;
  }

  private void name(String name) {
    comma();
    quoted(name);
    text.append(':');
    isFirst = true;
  }

  private void comma() {
    if (!isFirst) {
      text.append(',');
    }
    isFirst = false;
  }

  private void quoted(String value) {
    isFirst = false;
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' '
          || c == '\u2028'
          || c == '\u2029'
          || Character.isSurrogate(c) && !isPair(value, i)) {
        text.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          text.append(HEX.charAt(c >> shift & 15));
        }
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }

  private static boolean isPair(String value, int i) {
    return Character.isHighSurrogate(value.charAt(i))
        ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
