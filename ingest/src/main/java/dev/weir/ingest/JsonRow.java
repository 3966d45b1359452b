package dev.weir.ingest;

import dev.weir.event.EventType;
import dev.weir.event.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Decodes one JSON object (RFC 8259) into fields, by paths such as {@code request.userName}. What
 * no path leads to is checked and passed over; what lies in an array is no field's value. {@code
 * null} is a missing value. The row's bytes stay as they are. Allocates nothing after warm-up.
 * Owned by one thread.
 */
final class JsonRow {
  /** Objects and arrays inside each other. */
  static final int DEPTH_MAX = 64;

  private static final String BROKEN = "broken JSON";
  private static final Node NOWHERE = new Node(new byte[0]);

  /** A member on the way to a field; by {@link #NOWHERE} no field is reached. */
  private static final class Node {
    private final byte[] name;
    private Node[] members = {};
    private int field = -1;

    Node(byte[] name) {
      this.name = name;
    }

    Node member(byte[] bytes, int start, int length) {
      for (Node member : members) {
        if (member.name.length == length
            && Arrays.equals(member.name, 0, length, bytes, start, start + length)) {
          return member;
        }
      }
      return NOWHERE;
    }
  }

  private final Field[] fields;
  private final ValueText values;
  private final Node root = new Node(new byte[0]);
  private final boolean[] seen;
  private byte[] text = new byte[0];
  private int end;
  private int at;
  private String problem = BROKEN;

  // the string at hand, without its quotes and escapes
  private byte[] string = text;
  private int stringStart;
  private int stringLength;
  private byte[] unescaped = new byte[256];

  JsonRow(EventType type, ValueText values) {
    this.fields = type.fields().toArray(new Field[0]);
    this.values = values;
    this.seen = new boolean[fields.length];
    for (int field = 0; field < fields.length; field++) {
      addPath(field);
    }
  }

  private void addPath(int field) {
    Node node = root;
    for (String name : fields[field].source().split("[.]", -1)) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      Node next = node.member(bytes, 0, bytes.length);
      if (next == NOWHERE) {
        next = new Node(bytes);
        node.members = Arrays.copyOf(node.members, node.members.length + 1);
        node.members[node.members.length - 1] = next;
      }
      node = next;
    }
    if (node.field >= 0) {
      throw new InputException(
          "fields `"
              + fields[node.field].name()
              + "` and `"
              + fields[field].name()
              + "` are filled from the same path `"
              + fields[field].source()
              + "`");
    }
    node.field = field;
  }

  /** Decodes the row; returns why it is bad, or the empty text. */
  String decode(byte[] row, int start, int length) {
    text = row;
    end = start + length;
    at = start;
    problem = BROKEN;
    Arrays.fill(seen, false);
    space();
    if (at == end || text[at] != '{') {
      return "not a JSON object";
    }
    if (!object(root, 1)) {
      return problem;
    }
    space();
    if (at != end) {
      return "text behind the JSON object";
    }
    for (int field = 0; field < seen.length; field++) {
      if (!seen[field] && !fields[field].optional()) {
        values.refuseMissing(fields[field]);
        return values.reason();
      }
    }
    return "";
  }

  private boolean object(Node node, int depth) {
    if (depth > DEPTH_MAX) {
      problem = "nested deeper than " + DEPTH_MAX;
      return false;
    }
    at++;
    space();
    if (is('}')) {
      return true;
    }
    while (true) {
      space();
      if (at >= end || text[at] != '"' || !string(node != NOWHERE)) {
        return false;
      }
      Node member = node == NOWHERE ? node : node.member(string, stringStart, stringLength);
      space();
      if (!is(':')) {
        return false;
      }
      space();
      if (!value(member, depth)) {
        return false;
      }
      space();
      if (is('}')) {
        return true;
      }
      if (!is(',')) {
        return false;
      }
    }
  }

  private boolean array(int depth) {
    if (depth > DEPTH_MAX) {
      problem = "nested deeper than " + DEPTH_MAX;
      return false;
    }
    at++;
    space();
    if (is(']')) {
      return true;
    }
    while (true) {
      space();
      if (!value(NOWHERE, depth)) {
        return false;
      }
      space();
      if (is(']')) {
        return true;
      }
      if (!is(',')) {
        return false;
      }
    }
  }

  /** Passes this sign if it stands here. */
  private boolean is(char sign) {
    if (at < end && text[at] == sign) {
      at++;
      return true;
    }
    return false;
  }

  private boolean value(Node node, int depth) {
    if (at >= end) {
      return false;
    }
    int field = node.field;
    byte c = text[at];
    if (c == '{' || c == '[') {
      if (field >= 0) {
        problem = "field " + fields[field].name() + ": an object or array stands there";
        return false;
      }
      return c == '{' ? object(node, depth + 1) : array(depth + 1);
    }
    if (c == '"') {
      return string(field >= 0) && (field < 0 || put(field, string, stringStart, stringLength));
    }
    int start = at;
    if (word("null")) {
      return true;
    }
    if (!word("true") && !word("false") && !number()) {
      return false;
    }
    return field < 0 || put(field, text, start, at - start);
  }

  private boolean put(int field, byte[] bytes, int start, int length) {
    if (seen[field]) {
      problem = "field " + fields[field].name() + ": stands twice";
      return false;
    }
    seen[field] = true;
    if (!values.put(field, fields[field], bytes, start, length)) {
      problem = values.reason();
      return false;
    }
    return true;
  }

  private boolean word(String word) {
    if (end - at < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (text[at + i] != word.charAt(i)) {
        return false;
      }
    }
    at += word.length();
    return true;
  }

  /** Passes a number as RFC 8259 writes it. */
  private boolean number() {
    is('-');
    int whole = at;
    int digits = digits();
    if (digits == 0 || (digits > 1 && text[whole] == '0')) {
      return false;
    }
    if (is('.') && digits() == 0) {
      return false;
    }
    if (is('e') || is('E')) {
      if (!is('+')) {
        is('-');
      }
      return digits() > 0;
    }
    return true;
  }

  private int digits() {
    int from = at;
    while (at < end && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    return at - from;
  }

  // ---- strings
  // ------------------------------------------------------------------------------------

  /**
   * Passes the string that begins here; false if it does not end, holds a control sign or a bad
   * escape.
   *
   * @param wanted whether its content is looked at afterwards
   */
  private boolean string(boolean wanted) {
    int from = ++at;
    boolean escapes = false;
    while (at < end) {
      byte c = text[at++];
      if (c == '"') {
        string = text;
        stringStart = from;
        stringLength = at - 1 - from;
        return !escapes || unescape(from, at - 1, wanted);
      }
      if (c == '\\') {
        escapes = true;
        at++;
      } else if (c >= 0 && c < ' ') {
        problem = "a control sign inside a JSON string";
        return false;
      }
    }
    at = end;
    return false;
  }

  private boolean unescape(int start, int stop, boolean wanted) {
    if (unescaped.length < stop - start) {
      unescaped = new byte[Math.max(2 * unescaped.length, stop - start)];
    }
    int to = 0;
    int from = start;
    while (from < stop) {
      byte c = text[from++];
      if (c != '\\') {
        unescaped[to++] = c;
        continue;
      }
      byte escape = text[from++];
      if (escape == 'u') {
        int code = codePoint(from, stop);
        if (code < 0) {
          problem = "a bad \\u escape in a JSON string";
          return false;
        }
        from += code >= 0x10000 ? 10 : 4;
        to = utf8(code, to);
        continue;
      }
      int plain =
          switch (escape) {
            case '"', '\\', '/' -> escape;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> -1;
          };
      if (plain < 0) {
        problem = "an unknown escape in a JSON string";
        return false;
      }
      unescaped[to++] = (byte) plain;
    }
    if (wanted) {
      string = unescaped;
      stringStart = 0;
      stringLength = to;
    }
    return true;
  }

  /**
   * The code point whose four digits, or whose pair of escapes, begin here; -1 if there is none.
   */
  private int codePoint(int from, int stop) {
    int code = hex(from, stop);
    if (code < 0xd800 || code > 0xdfff) {
      return code;
    }
    boolean pair =
        code < 0xdc00 && from + 6 <= stop && text[from + 4] == '\\' && text[from + 5] == 'u';
    int low = pair ? hex(from + 6, stop) : -1;
    if (low < 0xdc00 || low > 0xdfff) {
      return -1;
    }
    return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  }

  private int utf8(int code, int to) {
    int next = to;
    if (code < 0x80) {
      unescaped[next++] = (byte) code;
      return next;
    }
    if (code < 0x800) {
      unescaped[next++] = (byte) (0xc0 | code >> 6);
    } else {
      if (code < 0x10000) {
        unescaped[next++] = (byte) (0xe0 | code >> 12);
      } else {
        unescaped[next++] = (byte) (0xf0 | code >> 18);
        unescaped[next++] = (byte) (0x80 | code >> 12 & 0x3f);
      }
      unescaped[next++] = (byte) (0x80 | code >> 6 & 0x3f);
    }
    unescaped[next++] = (byte) (0x80 | code & 0x3f);
    return next;
  }

  private int hex(int from, int stop) {
    if (from + 4 > stop) {
      return -1;
    }
    int code = 0;
    for (int i = from; i < from + 4; i++) {
      int c = text[i];
      int digit =
          c >= '0' && c <= '9'
              ? c - '0'
              : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
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
