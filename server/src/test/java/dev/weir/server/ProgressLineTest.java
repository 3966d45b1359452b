package dev.weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  @Test
  void shouldSayPercentRateAndWhatIsLeft() {
    assertThat(ProgressLine.text(10, 1_234_567, 25, 100))
        .isEqualTo(" 25 %  1,234,567 events  123,457 events/s  30 s left");
    assertThat(ProgressLine.text(100, 5, 1, 10))
        .isEqualTo(" 10 %  5 events  0 events/s  15:00 min left");
    assertThat(ProgressLine.text(1, 0, 0, 10)).isEqualTo("  0 %  0 events  0 events/s");
    assertThat(ProgressLine.text(1, 10, 10, 0)).contains("100 %").endsWith("0 s left");
  }

  @Test
  void shouldShowNothingWhereNobodySeesIt() {
    StringWriter err = new StringWriter();
    ProgressLine hidden = new ProgressLine(new PrintWriter(err), false);
    hidden.show(1, 2, 3, 4);
    hidden.clear();
    assertThat(err.toString()).isEmpty();
    ProgressLine shown = new ProgressLine(new PrintWriter(err), true);
    shown.clear();
    assertThat(err.toString()).isEmpty();
    shown.show(1, 2, 3, 4);
    shown.clear();
    assertThat(err.toString()).startsWith("\r\033[K 75 %").endsWith("\r\033[K");
  }
}
