package dev.weir.ingest;

import java.util.Objects;

/**
 * What the intake must know of a source. Sources are numbered from 0 in the order of the
 * configuration. Immutable.
 *
 * @param latenessNs the largest lateness of the types mapped to it, in nanoseconds
 * @param isLive false: finite, never idle, and its end is a record
 * @param idleNs how long a live source may be silent before it holds stream time no longer, in
 *     nanoseconds of elapsed time
 */
public record SourceSpec(String name, long latenessNs, boolean isLive, long idleNs) {
  /** Most sources of a journal. */
  public static final int SOURCES_MAX = 1 << 16;

  public SourceSpec {
    Objects.requireNonNull(name);
    if (latenessNs < 0 || idleNs < 0) {
      throw new IllegalArgumentException(
          "below 0: source=" + name + " latenessNs=" + latenessNs + " idleNs=" + idleNs);
    }
  }

  /** Files, a replay, a test. */
  public static SourceSpec finite(String name, long latenessNs) {
    return new SourceSpec(name, latenessNs, false, 0);
  }

  /** A source without end. */
  public static SourceSpec live(String name, long latenessNs, long idleNs) {
    return new SourceSpec(name, latenessNs, true, idleNs);
  }
}
