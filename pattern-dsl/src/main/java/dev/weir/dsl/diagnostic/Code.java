package dev.weir.dsl.diagnostic;

/**
 * The stable codes of diagnostics. W00xx: text and syntax; W01xx: declarations; W02xx: names;
 * W03xx: fields and types; W04xx: time and absence; W05xx: loops and growth; W06xx: choosing and
 * alerting; W07xx: advice; W08xx: tests; W09xx: not in this version. A code never changes its
 * meaning.
 */
public enum Code {
  /** Something else was expected here. */
  W0001("unexpected text");

  private final String summary;

  Code(String summary) {
    this.summary = summary;
  }

  /** What the code is about, in a few words. */
  public String summary() {
    return summary;
  }
}
