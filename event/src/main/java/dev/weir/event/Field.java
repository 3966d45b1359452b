package dev.weir.event;

import java.util.Objects;

/**
 * One field of an event type. Immutable.
 *
 * @param name as written in the rule file
 * @param type its type
 * @param optional whether the value may be missing
 * @param pii whether the value is masked in all that leaves the engine
 * @param source column name or JSON path ({@code a.b.c}) that fills it; the name where none is
 *     given
 * @param timeFormat how a time is written in the source; only for {@link FieldType.Kind#TIME}
 */
public record Field(
    String name,
    FieldType type,
    boolean optional,
    boolean pii,
    String source,
    TimeFormat timeFormat) {
  public Field {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
    Objects.requireNonNull(source);
    Objects.requireNonNull(timeFormat);
  }

  /** A required field filled from a column or member of the same name. */
  public static Field of(String name, FieldType type) {
    return new Field(name, type, false, false, name, TimeFormat.ISO);
  }
}
