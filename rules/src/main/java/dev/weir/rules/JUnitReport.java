package dev.weir.rules;

import java.util.List;

/**
 * Outcomes of rule tests as JUnit XML, as build servers read it: one suite, a case for each test
 * under the name of its file, and for each failed case what was wrong and its time line. The same
 * outcomes give the same text.
 */
public final class JUnitReport {
  private JUnitReport() {}

  /** The whole document. */
  public static String of(List<RuleTests.Outcome> outcomes) {
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    long failed = outcomes.stream().filter(outcome -> !outcome.isPassed()).count();
    xml.append("<testsuite name=\"weir\" tests=\"")
        .append(outcomes.size())
        .append("\" failures=\"")
        .append(failed)
        .append("\" errors=\"0\" skipped=\"0\">\n");
    for (RuleTests.Outcome outcome : outcomes) {
      xml.append("  <testcase classname=\"");
      escape(xml, outcome.test().file());
      xml.append("\" name=\"");
      escape(xml, outcome.test().name());
      xml.append("\" line=\"").append(outcome.test().line()).append('"');
      if (outcome.isPassed()) {
        xml.append("/>\n");
        continue;
      }
      xml.append(">\n    <failure message=\"");
      escape(xml, outcome.problems().get(0));
      xml.append("\">");
      for (String problem : outcome.problems()) {
        escape(xml, problem);
        xml.append('\n');
      }
      for (String line : outcome.timeLine()) {
        escape(xml, line);
        xml.append('\n');
      }
      xml.append("</failure>\n  </testcase>\n");
    }
    return xml.append("</testsuite>\n").toString();
  }

  /** What XML 1.0 cannot hold at all becomes U+FFFD. */
  private static void escape(StringBuilder to, String text) {
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> to.append("&lt;");
                case '>' -> to.append("&gt;");
                case '&' -> to.append("&amp;");
                case '"' -> to.append("&quot;");
                case '\n', '\r', '\t' -> to.append("&#").append(c).append(';');
                default -> to.appendCodePoint(isAllowed(c) ? c : 0xfffd);
              }
            });
  }

  private static boolean isAllowed(int c) {
    return (c >= 0x20 && c < 0xd800) || (c >= 0xe000 && c < 0xfffe) || c >= 0x10000;
  }
}
