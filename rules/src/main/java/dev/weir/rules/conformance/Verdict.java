package dev.weir.rules.conformance;

/**
 * What became of a case.
 *
 * @param outcome how it is counted
 * @param reason why, where it did not simply pass; several lines for a difference
 */
public record Verdict(String name, Outcome outcome, String reason) {
  /** How a case is counted. */
  public enum Outcome {
    /** The engine gave what the other engine gave. */
    PASSED("passed"),
    /** It gave something else. */
    FAILED("failed"),
    /** The case is labelled as an oddity of the other engine. */
    QUIRK("quirk"),
    /** Weir means something else, on purpose. */
    BY_DECISION("by decision"),
    /** The language has no words for it. */
    NOT_EXPRESSIBLE("not expressible");

    private final String words;

    Outcome(String words) {
      this.words = words;
    }

    /** As it stands in the summary. */
    public String words() {
      return words;
    }
  }
}
