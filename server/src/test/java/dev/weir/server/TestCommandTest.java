package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class TestCommandTest {
  @TempDir Path folder;

  private Path rules;

  @BeforeEach
  void writeRules() {
    rules = Cli.write(folder.resolve("payments.weir"), Cli.RULES);
  }

  private void also(String test) {
    Cli.write(rules, Cli.RULES + test);
  }

  @Test
  void shouldPassWhatHappensAsExpected() {
    Cli.Result result = Cli.run("test", rules);
    assertThat(result.out()).isEqualTo("2 passed, 0 failed\n");
    assertThat(result.code()).isZero();
  }

  @Test
  void shouldShowAFailureAsATimeLine() {
    also(
        """
        test "wrong in both ways" for large {
          at 0s  Payment { id "1", card "c", amount 200.00 }
          at 20s Payment { id "2", card "c", amount 50.00 }
          at 30s Payment { id "2", card "c", amount 300.00 }
          expect large at 20s { amount 50.00 }
        }
        """);
    Cli.Result result = Cli.run("test", rules);
    assertThat(result.code()).isEqualTo(1);
    int line = Cli.lines(Cli.RULES).size() + 1;
    assertThat(Cli.lines(result.out()))
        .containsExactly(
            "FAILED \"wrong in both ways\" (" + rules + ":" + line + ")",
            "  line "
                + (line + 4)
                + ": expected large { amount 50.00 } at 20s, which did not happen",
            "  not expected: large { card c, amount 200 } at 0s",
            "  what happened:",
            "        0s  Payment { id \"1\", card \"c\", amount 200.00 }",
            "        0s    alert large: card c paid 200.00",
            "        0s      alerted: amount > 100.00 (amount = 200.00)",
            "       20s  Payment { id \"2\", card \"c\", amount 50.00 }",
            "       20s    missing large { amount 50.00 }",
            "       20s      guard false: amount > 100.00 (amount = 50.00)",
            "       30s  Payment { id \"2\", card \"c\", amount 300.00 }  (repeat)",
            "       30s      repeat: the id of the event came before",
            "",
            "2 passed, 1 failed");
  }

  @Test
  void shouldFailOnWhatIsNotExpectedOfAnyOfItsRules() {
    also(
        """
        test "two rules" for large, rising {
          at 0s Payment { id "1", card "c", amount 1.00 }
          at 1s Payment { id "2", card "c", amount 200.00 }
          expect large at 1s
        }
        test "nothing" for large {
          at 0s Payment { id "1", card "c", amount 1.00 }
          at 1s Payment { id "2", card "c", amount 100.00 }
          expect nothing because "amount > 100.00"
        }
        """);
    Cli.Result result = Cli.run("test", rules);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out())
        .contains("not expected: rising { card c } at 1s")
        .endsWith("3 passed, 1 failed\n");
  }

  @Test
  void shouldRunOnlyTheTestsThatAreNamed() {
    assertThat(Cli.run("test", rules, "--run", "rises").out()).isEqualTo("1 passed, 0 failed\n");
    Cli.Result none = Cli.run("test", rules, "--run", "raises");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("nor that of its rule, holds \"raises\"");
  }

  @Test
  void shouldWriteJUnitXml() throws Exception {
    also(
        """
        test "odd <&> \\"name\\"" for large {
          at 0s Payment { id "1", card "c\u0001", amount 200.00 }
          expect nothing
        }
        """);
    Path report = folder.resolve("report.xml");
    Cli.Result result = Cli.run("test", rules, "--junit", report);
    assertThat(result.code()).isEqualTo(1);
    Document xml =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(Cli.read(report).getBytes(StandardCharsets.UTF_8)));
    Element suite = xml.getDocumentElement();
    assertThat(suite.getTagName()).isEqualTo("testsuite");
    assertThat(suite.getAttribute("tests")).isEqualTo("3");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    var cases = suite.getElementsByTagName("testcase");
    assertThat(cases.getLength()).isEqualTo(3);
    Element odd = (Element) cases.item(2);
    assertThat(odd.getAttribute("name")).isEqualTo("odd <&> \"name\"");
    assertThat(odd.getAttribute("classname")).isEqualTo(rules.toString());
    Element failure = (Element) odd.getElementsByTagName("failure").item(0);
    assertThat(failure.getAttribute("message")).startsWith("not expected: large");
    assertThat(failure.getTextContent()).contains("alert large: card c");
  }

  @Test
  void shouldSayThatTheReportCannotBeWritten() {
    Cli.Result result = Cli.run("test", rules, "--junit", folder.resolve("none/report.xml"));
    assertThat(result.code()).isEqualTo(74);
    assertThat(result.err()).startsWith("weir: cannot write ");
  }

  @Test
  void shouldShowWhatIsWrongWithTheRules() {
    Cli.write(rules, "rule {");
    Cli.Result result = Cli.run("test", rules);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("payments.weir:1:");
  }

  @Test
  void shouldShowWhyInEachTestIfAsked() {
    Cli.Result result = Cli.run("test", rules, "--why", "--run", "rising");
    assertThat(result.code()).isZero();
    assertThat(Cli.lines(result.out()).subList(1, 8))
        .containsExactly(
            "        0s  Payment { id \"1\", card \"c\", amount 1.00 }",
            "        0s      begun: `a: Payment`",
            "        1s  Payment { id \"2\", card \"c\", amount 2.00 }",
            "        1s    alert rising: card c: 1.00, then 2.00",
            "        1s      a@0s b@1s alerted: `b: Payment`: amount > a.amount (amount = 2.00,"
                + " a.amount = 1.00)",
            "        1s      consumed: the event was used up by an alert of this instant",
            "");
  }

  @Test
  void shouldListWhatNoTestReaches() {
    Cli.Result result = Cli.run("test", rules, "--coverage");
    assertThat(result.code()).isZero();
    assertThat(Cli.lines(result.out()))
        .containsExactly(
            "large  2 of 2",
            "rising  5 of 6",
            "  condition never false: b: amount > a.amount",
            "coverage 7 of 8",
            "2 passed, 0 failed");
  }

  @Test
  @Timeout(60)
  void shouldRunAgainWhenARuleFileChanges() throws Exception {
    BlockingQueue<String> said = new LinkedBlockingQueue<>();
    Thread watching =
        new Thread(
            () -> {
              PrintWriter out = new PrintWriter(new Lines(said));
              WeirCommand.execute(out, out, "test", folder.toString(), "--watch");
            });
    watching.start();
    assertThat(said.take()).isEqualTo("2 passed, 0 failed");
    also(
        """
        test "wrong" for large {
          at 0s Payment { id "1", card "c", amount 1.00 }
          expect large
        }
        """);
    String line = said.take();
    while (!line.contains("passed, ")) {
      line = said.take();
    }
    assertThat(line).isEqualTo("2 passed, 1 failed");
    watching.interrupt();
    watching.join();
  }

  /** Gives the lines that are written to a queue. */
  private static final class Lines extends Writer {
    private final BlockingQueue<String> to;
    private final StringBuilder line = new StringBuilder();

    Lines(BlockingQueue<String> to) {
      this.to = to;
    }

    @Override
    public void write(char[] chars, int offset, int length) {
      for (int i = offset; i < offset + length; i++) {
        if (chars[i] == '\n') {
          to.add(line.toString());
          line.setLength(0);
        } else {
          line.append(chars[i]);
        }
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
