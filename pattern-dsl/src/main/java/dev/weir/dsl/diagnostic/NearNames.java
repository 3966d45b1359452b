package dev.weir.dsl.diagnostic;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds what a misspelt name may have meant. */
public final class NearNames {
  private static final int SHOWN_MAX = 3;
  private static final int LENGTH_MAX = 64;

  private NearNames() {}

  /**
   * The known names within a small edit distance (none for one letter, 1 for up to 4, else a third
   * of the length), nearest first, at most three.
   */
  public static List<String> of(String name, Collection<String> known) {
    if (name.length() > LENGTH_MAX) {
      return List.of();
    }
    int limit = name.length() == 1 ? 0 : name.length() <= 4 ? 1 : name.length() / 3;
    return known.stream()
        .filter(k -> !k.equals(name) && k.length() <= LENGTH_MAX)
        .filter(k -> distance(name, k) <= limit)
        .sorted(Comparator.comparingInt((String k) -> distance(name, k)).thenComparing(k -> k))
        .limit(SHOWN_MAX)
        .toList();
  }

  /** Edits (insert, delete, change, swap of neighbours) from one to the other. */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
