package dev.weir.server.http;

/**
 * Finds the events in a body: one JSON object, an array of them, or objects each on its line. Looks
 * at brackets and quotes alone; whether an item is good JSON is for its decoder to say. Owned by
 * one thread.
 */
final class JsonItems {
  private final byte[] body;
  private final int length;
  private final boolean isArray;
  private boolean isFirst = true;
  private int at;
  private int start;
  private int end;

  /** Over the first {@code length} bytes. */
  JsonItems(byte[] body, int length) {
    this.body = body;
    this.length = length;
    space();
    isArray = at < length && body[at] == '[';
    if (isArray) {
      at++;
    }
  }

  /**
   * Moves to the next item.
   *
   * @return false behind the last one
   * @throws Problem if there is something else between items or behind them
   */
  boolean next() {
    space();
    if (isArray) {
      if (at < length && body[at] == ']') {
        at++;
        space();
        if (at < length) {
          throw new Problem(400, "there is text behind the array");
        }
        return false;
      }
      if (at >= length) {
        throw new Problem(400, "the array does not end");
      }
      if (!isFirst) {
        if (body[at] != ',') {
          throw new Problem(400, "a comma is missing between two items of the array");
        }
        at++;
        space();
      }
    } else if (at >= length) {
      return false;
    }
    isFirst = false;
    start = at;
    item();
    end = at;
    return true;
  }

  private void item() {
    if (at >= length || body[at] != '{') {
      throw new Problem(400, "an event must be a JSON object");
    }
    int depth = 0;
    boolean isQuoted = false;
    for (; at < length; at++) {
      byte c = body[at];
      if (isQuoted) {
        if (c == '\\') {
          at++;
        } else if (c == '"') {
          isQuoted = false;
        }
      } else if (c == '"') {
        isQuoted = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
        if (depth == 0) {
          at++;
          return;
        }
      }
    }
    throw new Problem(400, "a JSON object does not end");
  }

  private void space() {
    while (at < length
        && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t')) {
      at++;
    }
  }

  int start() {
    return start;
  }

  int bytes() {
    return end - start;
  }
}
