package dev.weir.dsl.source;

/**
 * A half-open range of a rule file, in code units from its start. Immutable.
 *
 * @param start first code unit
 * @param end one past the last; not before {@code start}
 */
public record Span(int start, int end) {
  /** Of nodes that were not written anywhere, such as those of generated rules. */
  public static final Span NONE = new Span(0, 0);

  public Span {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("bad span: start=" + start + " end=" + end);
    }
  }

  /** From the start of this to the end of the other. */
  public Span to(Span other) {
    return new Span(start, Math.max(end, other.end));
  }
}
