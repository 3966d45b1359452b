package dev.weir.ingest;

import dev.weir.event.EventEncoder;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes Java values into fields of a record: the convenient way, which allocates. Every field
 * takes what it holds, or its text as it would stand in a file:
 *
 * <pre>
 *  text      any CharSequence            time      Instant
 *  int       Integer, Long, Short        duration  Duration
 *  decimal   BigDecimal, Integer, Long   geo       text: latitude,longitude in degrees
 *  bool      Boolean                     ip        InetAddress
 * </pre>
 *
 * A double is refused: it does not hold an amount exactly. Owned by one thread.
 */
public final class FieldValues {
  private final EventEncoder encoder;
  private final ValueText texts;

  /** For fields of the record that this encoder writes. */
  public FieldValues(EventEncoder encoder) {
    this.encoder = encoder;
    this.texts = new ValueText(encoder);
  }

  /**
   * Writes a value; null leaves the field missing.
   *
   * @throws IllegalArgumentException if the field cannot hold it; the value is not shown
   */
  public void put(int index, Field field, @Nullable Object value) {
    if (value == null) {
      return;
    }
    FieldType.Kind kind = field.type().kind();
    if (value instanceof Instant time && kind == FieldType.Kind.TIME) {
      encoder.putLong(
          index,
          Math.addExact(
              Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), (long) time.getNano()));
    } else if (value instanceof Duration duration && kind == FieldType.Kind.DURATION) {
      encoder.putLong(index, duration.toNanos());
    } else if (value instanceof InetAddress address && kind == FieldType.Kind.IP) {
      text(index, field, address.getHostAddress());
    } else if (value instanceof BigDecimal decimal) {
      text(index, field, decimal.toPlainString());
    } else if (value instanceof CharSequence
        || value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Boolean) {
      text(index, field, value.toString());
    } else {
      throw new IllegalArgumentException(
          "field `"
              + field.name()
              + "` of type "
              + field.type()
              + " cannot hold a "
              + value.getClass().getSimpleName());
    }
  }

  private void text(int index, Field field, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (!texts.put(index, field, bytes, 0, bytes.length)) {
      throw new IllegalArgumentException(texts.reason());
    }
  }
}
