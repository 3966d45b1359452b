package dev.weir.ingest;

import dev.weir.event.EventType;
import dev.weir.event.Field;
import java.util.Arrays;
import java.util.List;

/**
 * Decodes one JSON object (RFC 8259) into fields, by paths such as {@code request.userName}. Texts
 * are unescaped in place. Names with escapes match no field. Allocates nothing. Owned by one
 * thread.
 */
final class JsonRow {
  private static final int DEPTH_MAX = 64;

  private final EventType type;
  private final ValueText values;
  private final byte[][][] paths; // by field: the members from the outside in
  private final boolean[] seen;
  private byte[] text = new byte[0];
  private int end;
  private int at;
  private String problem = "";

  // where the parser stands: names of the open members
  private final int[] nameStart = new int[DEPTH_MAX];
  private final int[] nameLength = new int[DEPTH_MAX];

  JsonRow(EventType type, ValueText values) {
    this.type = type;
    this.values = values;
    List<Field> fields = type.fields();
    this.paths = new byte[fields.size()][][];
    for (int i = 0; i < paths.length; i++) {
      paths[i] =
          Arrays.stream(fields.get(i).source().split("[.]"))
              .map(name -> name.getBytes(java.nio.charset.StandardCharsets.UTF_8))
              .toArray(byte[][]::new);
    }
    this.seen = new boolean[fields.size()];
  }

  /** Decodes the row; returns why it is bad, or the empty text. */
  String decode(byte[] row, int length) {
    text = row;
    end = length;
    at = 0;
    problem = "";
    Arrays.fill(seen, false);
    space();
    if (at == end || text[at] != '{') {
      return "not a JSON object";
    }
    if (!object(0)) {
      return problem.isEmpty() ? "broken JSON" : problem;
    }
    space();
    if (at != end) {
      return "text behind the JSON object";
    }
    for (int i = 0; i < seen.length; i++) {
      if (!seen[i] && !type.fields().get(i).optional()) {
        return "field " + type.fields().get(i).name() + ": missing";
      }
    }
    return "";
  }

  private boolean object(int depth) {
    at++;
    space();
    if (at < end && text[at] == '}') {
      at++;
      return true;
    }
    while (at < end) {
      space();
      if (at >= end || text[at] != '"') {
        return false;
      }
      int start = at + 1;
      if (!skipString()) {
        return false;
      }
      if (depth >= DEPTH_MAX) {
        problem = "nested too deep";
        return false;
      }
      nameStart[depth] = start;
      nameLength[depth] = at - 1 - start;
      space();
      if (at >= end || text[at++] != ':') {
        return false;
      }
      space();
      if (!value(depth)) {
        return false;
      }
      space();
      if (at < end && text[at] == ',') {
        at++;
        continue;
      }
      if (at < end && text[at] == '}') {
        at++;
        return true;
      }
      return false;
    }
    return false;
  }

  private boolean value(int depth) {
    if (at >= end) {
      return false;
    }
    byte c = text[at];
    if (c == '{') {
      return object(depth + 1);
    }
    if (c == '[') {
      return array(depth, 0);
    }
    int field = fieldHere(depth);
    if (c == '"') {
      int start = at + 1;
      if (!skipString()) {
        return false;
      }
      if (field < 0) {
        return true;
      }
      int length = unescape(start, at - 1);
      return length >= 0 && put(field, start, length);
    }
    int start = at;
    while (at < end && text[at] != ',' && text[at] != '}' && text[at] != ']' && text[at] > ' ') {
      at++;
    }
    if (at == start || !isScalar(start, at - start)) {
      return false;
    }
    boolean isNull = at - start == 4 && text[start] == 'n';
    if (field < 0 || isNull) {
      return true;
    }
    return put(field, start, at - start);
  }

  private boolean isScalar(int start, int length) {
    if (matches(start, length, "null")
        || matches(start, length, "true")
        || matches(start, length, "false")) {
      return true;
    }
    for (int i = start; i < start + length; i++) {
      byte c = text[i];
      if ((c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E') {
        return false;
      }
    }
    return true;
  }

  private boolean matches(int start, int length, String word) {
    if (length != word.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text[start + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private boolean put(int field, int start, int length) {
    if (seen[field]) {
      problem = "field " + type.fields().get(field).name() + ": stands twice";
      return false;
    }
    seen[field] = true;
    if (!values.put(field, type.fields().get(field), text, start, length)) {
      problem = values.reason();
      return false;
    }
    return true;
  }

  private boolean array(int depth, int nesting) {
    if (depth + nesting >= DEPTH_MAX) {
      problem = "nested too deep";
      return false;
    }
    at++;
    space();
    if (at < end && text[at] == ']') {
      at++;
      return true;
    }
    int saved = nameLength[depth];
    nameLength[depth] = -1; // what lies in an array is no field's value
    while (at < end) {
      space();
      boolean good = at < end && text[at] == '[' ? array(depth, nesting + 1) : value(depth);
      if (!good) {
        return false;
      }
      space();
      if (at < end && text[at] == ',') {
        at++;
      } else if (at < end && text[at] == ']') {
        at++;
        nameLength[depth] = saved;
        return true;
      } else {
        return false;
      }
    }
    return false;
  }

  private int fieldHere(int depth) {
    for (int f = 0; f < paths.length; f++) {
      if (paths[f].length == depth + 1 && isPath(paths[f])) {
        return f;
      }
    }
    return -1;
  }

  private boolean isPath(byte[][] path) {
    for (int level = path.length - 1; level >= 0; level--) {
      byte[] name = path[level];
      if (nameLength[level] != name.length
          || !Arrays.equals(
              text, nameStart[level], nameStart[level] + name.length, name, 0, name.length)) {
        return false;
      }
    }
    return true;
  }

  /** Moves behind the string that begins here; false if it does not end or holds a control sign. */
  private boolean skipString() {
    at++;
    while (at < end) {
      byte c = text[at++];
      if (c == '"') {
        return true;
      }
      if (c == '\\') {
        at++;
      } else if (c >= 0 && c < ' ') {
        return false;
      }
    }
    return false;
  }

  /** Unescapes in place; returns the length, or -1 for a bad escape. */
  private int unescape(int start, int stop) {
    int to = start;
    int from = start;
    while (from < stop) {
      byte c = text[from++];
      if (c != '\\') {
        text[to++] = c;
        continue;
      }
      switch (text[from++]) {
        case '"' -> text[to++] = '"';
        case '\\' -> text[to++] = '\\';
        case '/' -> text[to++] = '/';
        case 'b' -> text[to++] = '\b';
        case 'f' -> text[to++] = '\f';
        case 'n' -> text[to++] = '\n';
        case 'r' -> text[to++] = '\r';
        case 't' -> text[to++] = '\t';
        case 'u' -> {
          int code = hex(from, stop);
          from += 4;
          if (code >= 0xd800 && code < 0xdc00) {
            int low =
                from + 6 <= stop && text[from] == '\\' && text[from + 1] == 'u'
                    ? hex(from + 2, stop)
                    : -1;
            if (low < 0xdc00 || low > 0xdfff) {
              return -1;
            }
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            from += 6;
          } else if (code < 0 || (code >= 0xdc00 && code <= 0xdfff)) {
            return -1;
          }
          to = utf8(code, to);
        }
        default -> {
          return -1;
        }
      }
    }
    return to - start;
  }

  private int utf8(int code, int to) {
    int next = to;
    if (code < 0x80) {
      text[next++] = (byte) code;
    } else if (code < 0x800) {
      text[next++] = (byte) (0xc0 | code >> 6);
      text[next++] = (byte) (0x80 | code & 0x3f);
    } else if (code < 0x10000) {
      text[next++] = (byte) (0xe0 | code >> 12);
      text[next++] = (byte) (0x80 | code >> 6 & 0x3f);
      text[next++] = (byte) (0x80 | code & 0x3f);
    } else {
      text[next++] = (byte) (0xf0 | code >> 18);
      text[next++] = (byte) (0x80 | code >> 12 & 0x3f);
      text[next++] = (byte) (0x80 | code >> 6 & 0x3f);
      text[next++] = (byte) (0x80 | code & 0x3f);
    }
    return next;
  }

  private int hex(int from, int stop) {
    if (from + 4 > stop) {
      return -1;
    }
    int code = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = Character.digit(text[i], 16);
      if (digit < 0) {
        return -1;
      }
      code = code << 4 | digit;
    }
    return code;
  }

  private void space() {
    while (at < end
        && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n')) {
      at++;
    }
  }
}
