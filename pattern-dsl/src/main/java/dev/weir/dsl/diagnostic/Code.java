package dev.weir.dsl.diagnostic;

/**
 * The stable codes of diagnostics. W00xx: text and syntax; W01xx: declarations; W02xx: names;
 * W03xx: fields and types; W04xx: time and absence; W05xx: loops and growth; W06xx: choosing and
 * alerting; W07xx: advice; W08xx: tests; W09xx: not in this version. A code never changes its
 * meaning.
 */
public enum Code {
  W0001("unexpected text"),
  W0002("file, line or nesting too large"),
  W0003("number or duration out of range"),
  W0004("`and` and `or` without parentheses"),
  W0005("a sign of other languages"),
  W0006("two comparisons in a row"),
  W0007("a hole in a text that is not closed"),
  W0008("said twice"),
  W0101("declared twice"),
  W0102("unknown field type"),
  W0103("event type without a time field `at`"),
  W0104("bad option of a field"),
  W0105("a list that cannot be read"),
  W0106("parameter outside its bounds"),
  W0107("defined by itself"),
  W0201("unknown event type or define"),
  W0202("unknown name"),
  W0203("unknown step"),
  W0204("unknown function"),
  W0205("unknown list"),
  W0301("unknown field"),
  W0302("types that do not fit"),
  W0303("digits beyond the scale"),
  W0304("currencies that mix"),
  W0305("a loop where one value is needed"),
  W0306("a bad regular expression"),
  W0307("a step that is not taken yet"),
  W0308("a condition that always holds"),
  W0309("a condition that can never hold"),
  W0401("a key that an event type lacks"),
  W0402("keys of different types"),
  W0403("a window without end"),
  W0404("`keep` is needed"),
  W0405("a window above 7 days must say `exact`"),
  W0406("which event is tested is not clear"),
  W0501("a pattern that may wait for ever"),
  W0502("a closing loop must say when it fires"),
  W0503("bounds of a loop"),
  W0504("`then any` needs a limit"),
  W0505("several matches for one start must say `after match`"),
  W0506("an aggregate over a loop that is still empty"),
  W0507("a match that holds very many events"),
  W0601("a rule needs `when` or `match`"),
  W0602("a rule needs `alert`"),
  W0603("clause twice"),
  W0604("unknown severity"),
  W0605("a decision that cannot be given"),
  W0701("a rule without test"),
  W0702("a `not` that holds for a missing value"),
  W0703("a `where` that looks like a check"),
  W0801("a test that cannot be run"),
  W0901("not in this version of Weir");

  private final String summary;

  Code(String summary) {
    this.summary = summary;
  }

  /** What the code is about, in a few words. */
  public String summary() {
    return summary;
  }
}
