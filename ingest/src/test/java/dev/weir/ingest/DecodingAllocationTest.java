package dev.weir.ingest;

import static dev.weir.ingest.Reading.optional;
import static dev.weir.ingest.Reading.type;
import static dev.weir.ingest.Reading.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import dev.weir.event.TimeFormat;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading rows allocates nothing once the first have been read. */
class DecodingAllocationTest {
  private static final int ROWS = 200_000;
  private static final int WARM_UP = 50_000;

  /** What opening nothing and asking the counter itself may cost. */
  private static final long BYTES_MAX = 1024;

  private static final EventType ROW =
      type(
          Field.of("text", FieldType.TEXT),
          optional("more", FieldType.TEXT),
          Field.of("amount", FieldType.MONEY),
          Field.of("ip", FieldType.IP),
          Field.of("place", FieldType.GEO),
          Field.of("flag", FieldType.BOOL),
          new Field(
              "at",
              FieldType.TIME,
              false,
              false,
              "at",
              new TimeFormat(TimeFormat.Kind.ISO, "Europe/Berlin")));

  @TempDir Path folder;

  private static String csv() {
    StringBuilder text = new StringBuilder("text,more,amount,ip,place,flag,at\n");
    for (int i = 0; i < ROWS; i++) {
      text.append("\"a \"\"b\"\" ")
          .append(i)
          .append("\",,")
          .append(i)
          .append(".5,10.0.0.")
          .append(i & 255)
          .append(",\"52.5,13.")
          .append(i % 1000)
          .append("\",true,")
          .append(i % 2 == 0 ? "2018-07-01T12:00:" : "2018-07-02T13:00:")
          .append(10 + i % 50)
          .append('\n');
    }
    return text.toString();
  }

  private static String json() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      text.append("{\"text\":\"a \\\"b\\\" \\u00e9 ")
          .append(i)
          .append("\",\"more\":null,\"amount\":")
          .append(i)
          .append(".5,\"ip\":\"fe80::")
          .append(Integer.toHexString(i & 0xffff))
          .append("\",\"place\":\"52.5,13.")
          .append(i % 1000)
          .append("\",\"flag\":true,\"x\":[{\"text\":1}],\"at\":\"2018-07-01T12:00:")
          .append(10 + i % 50)
          .append("\"}\n");
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows.csv", "rows.jsonl"})
  void shouldAllocateNothingARow(String name) {
    Path file = write(folder.resolve(name), name.endsWith(".csv") ? csv() : json());
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (FileSource source =
        new FileSource(
            ROW,
            List.of(file),
            (t, f, line, raw, length, reason) -> {
              throw new AssertionError(line + ": " + reason);
            })) {
      for (int i = 0; i < WARM_UP; i++) {
        source.next();
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      int rows = 0;
      while (rows < ROWS - WARM_UP - 1 && source.next()) {
        rows++;
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(rows).isEqualTo(ROWS - WARM_UP - 1);
      assertThat(allocated).isLessThanOrEqualTo(BYTES_MAX);
    }
  }
}
