package dev.weir.dsl.syntax;

import org.antlr.v4.runtime.CharStream;
import org.antlr.v4.runtime.IntStream;
import org.antlr.v4.runtime.misc.Interval;

/**
 * A text as the lexer reads it, in UTF-16 code units, so that places of tokens are places in the
 * string. Owned by one thread.
 */
final class Utf16Stream implements CharStream {
  private final String text;
  private final int end;
  private int at;

  /** The part of a text from one place to another; places of tokens are places in the whole. */
  Utf16Stream(String text, int from, int end) {
    this.text = text;
    this.at = from;
    this.end = end;
  }

  @Override
  public String getText(Interval interval) {
    int last = Math.min(interval.b + 1, end);
    return interval.a >= last ? "" : text.substring(interval.a, last);
  }

  @Override
  public void consume() {
    if (at >= end) {
      throw new IllegalStateException("consumed beyond the end: at=" + at);
    }
    at++;
  }

  @Override
  public int LA(int ahead) {
    int place = ahead < 0 ? at + ahead : at + ahead - 1;
    if (ahead == 0 || place < 0) {
      return 0;
    }
    return place >= end ? IntStream.EOF : text.charAt(place);
  }

  @Override
  public int mark() {
    return -1; // the whole text stays in memory: nothing to hold
  }

  @Override
  public void release(int marker) {}

  @Override
  public int index() {
    return at;
  }

  @Override
  public void seek(int index) {
    at = Math.min(index, end);
  }

  @Override
  public int size() {
    return end;
  }

  @Override
  public String getSourceName() {
    return IntStream.UNKNOWN_SOURCE_NAME;
  }
}
