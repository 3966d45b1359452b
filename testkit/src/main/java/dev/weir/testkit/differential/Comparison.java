package dev.weir.testkit.differential;

import dev.weir.testkit.reference.ReferenceAlert;
import java.util.List;
import java.util.stream.Collectors;

/** Holds the engine's alerts to expected ones: all of an alert, and their order. */
final class Comparison {
  private Comparison() {}

  static void assertSame(RandomCase random, List<ReferenceAlert> expected) {
    List<ReferenceAlert> actual;
    try {
      actual = EngineRun.alerts(random.plan(), random.stream());
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("the engine fails: " + e + "\n" + random, e);
    }
    List<String> wanted = expected.stream().map(Comparison::line).toList();
    List<String> given = actual.stream().map(Comparison::line).toList();
    if (!wanted.equals(given)) {
      throw new AssertionError(
          random + "\nreference:\n" + indented(wanted) + "engine:\n" + indented(given));
    }
  }

  private static String indented(List<String> lines) {
    return lines.stream().map(line -> "  " + line + "\n").collect(Collectors.joining());
  }

  /** All that an alert says, in one line. */
  static String line(ReferenceAlert alert) {
    return alert.rule()
        + " at "
        + RandomStream.seconds(alert.timeNs())
        + " released by "
        + alert.releasePosition()
        + " key "
        + alert.key()
        + " role "
        + alert.role()
        + " number "
        + alert.ordinal()
        + " events "
        + alert.events()
        + " text \""
        + alert.text()
        + "\" score "
        + alert.score().map(Object::toString).orElse("missing")
        + " fields "
        + alert.fields()
        + " suppressed "
        + alert.suppressed()
        + " "
        + alert.kind();
  }
}
