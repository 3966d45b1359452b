package dev.weir.alerts.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.alerts.TestLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest {
  @TempDir private Path folder;

  private static Delivery delivery(int n) {
    byte[] alert = ("{\"n\":" + n + "}").getBytes(StandardCharsets.UTF_8);
    return new Delivery(n, TestLog.id(n), 0, 1, 0, alert);
  }

  private static String line(int n) {
    return new String(delivery(n).envelope(), StandardCharsets.UTF_8);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void shouldWriteALineForEachAlertAndGoOnInTheSameFile() throws IOException {
    Path file = folder.resolve("alerts.jsonl");
    for (int n = 0; n < 3; n++) {
      try (FileSink sink = new FileSink(file, 1 << 20, 3)) {
        assertThat(sink.deliver(delivery(n))).isEqualTo(Outcome.DELIVERED);
        sink.sync();
      }
    }
    assertThat(Files.readAllLines(file)).containsExactly(line(0), line(1), line(2));
  }

  @Test
  void shouldBeginANewFileBeforeOneGrowsTooLongAndKeepTheLatest() throws IOException {
    Path file = folder.resolve("alerts.jsonl");
    int bytes = 2 * (line(10).length() + 1);
    Files.writeString(folder.resolve("alerts-of-others.jsonl"), "");
    try (FileSink sink = new FileSink(file, bytes, 2)) {
      for (int n = 10; n < 19; n++) {
        assertThat(sink.deliver(delivery(n))).isEqualTo(Outcome.DELIVERED);
      }
    }
    assertThat(names())
        .containsExactly(
            "alerts-000003.jsonl", "alerts-000004.jsonl", "alerts-of-others.jsonl", "alerts.jsonl");
    List<String> kept = new ArrayList<>(Files.readAllLines(folder.resolve("alerts-000003.jsonl")));
    kept.addAll(Files.readAllLines(folder.resolve("alerts-000004.jsonl")));
    kept.addAll(Files.readAllLines(file));
    assertThat(kept).containsExactly(line(14), line(15), line(16), line(17), line(18));
  }

  @Test
  void shouldCutALineThatACrashTore() throws IOException {
    Path file = folder.resolve("alerts.jsonl");
    Files.writeString(file, line(1) + "\n{\"type\":\"wei");
    try (FileSink sink = new FileSink(file, 1 << 20, 3)) {
      assertThat(sink.deliver(delivery(2))).isEqualTo(Outcome.DELIVERED);
    }
    assertThat(Files.readAllLines(file)).containsExactly(line(1), line(2));
    Files.writeString(file, "{\"type\":", StandardOpenOption.TRUNCATE_EXISTING);
    new FileSink(file, 1 << 20, 3).close();
    assertThat(file).isEmptyFile();
  }

  @Test
  void shouldSayWhyItCannotWrite() {
    assertThatThrownBy(() -> new FileSink(folder.resolve("none/alerts.jsonl"), 1 << 20, 3))
        .isInstanceOf(DeliveryException.class)
        .hasMessageContaining("cannot write alerts to");
  }

  @Test
  void shouldWriteLinesIntoAStream() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (StreamSink sink = new StreamSink(out)) {
      assertThat(sink.deliver(delivery(1))).isEqualTo(Outcome.DELIVERED);
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(line(1) + "\n");
  }
}
