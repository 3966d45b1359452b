package dev.weir.server.http;

import io.undertow.util.HttpString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A way to a handler. Segments of the path that are in braces take any word of letters, digits,
 * {@code _} and {@code -}; nothing of a path ever names a file. Immutable.
 *
 * @param role who may go it; empty: everybody
 */
record Route(HttpString method, String path, Optional<Role> role, Action action) {
  /** Answers a request; what it throws ends the request. */
  @FunctionalInterface
  interface Action {
    void answer(Request request) throws Exception;
  }

  private static final String WORD = "[A-Za-z0-9_-]{1,128}";

  /** The words in place of the braces; empty if the path is another. */
  Optional<List<String>> match(String requested) {
    String[] own = path.split("/", -1);
    String[] other = requested.split("/", -1);
    if (own.length != other.length) {
      return Optional.empty();
    }
    List<String> words = new ArrayList<>();
    for (int i = 0; i < own.length; i++) {
      if (own[i].startsWith("{")) {
        if (!other[i].matches(WORD)) {
          return Optional.empty();
        }
        words.add(other[i]);
      } else if (!own[i].equals(other[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(words);
  }
}
