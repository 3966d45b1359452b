package dev.weir.server.lsp;

import dev.weir.dsl.source.Span;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;

/** Places of a text as the protocol counts them: lines and UTF-16 units from 0. */
final class Positions {
  private Positions() {}

  static int offset(String text, Position position) {
    int at = 0;
    for (int line = 0; line < position.getLine(); line++) {
      int end = text.indexOf('\n', at);
      if (end < 0) {
        return text.length();
      }
      at = end + 1;
    }
    int end = text.indexOf('\n', at);
    return Math.min(at + Math.max(0, position.getCharacter()), end < 0 ? text.length() : end);
  }

  static Position position(String text, int offset) {
    int to = Math.min(offset, text.length());
    int line = 0;
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0 && end < to; end = text.indexOf('\n', start)) {
      line++;
      start = end + 1;
    }
    return new Position(line, to - start);
  }

  static Range range(String text, Span span) {
    return new Range(position(text, span.start()), position(text, span.end()));
  }
}
