package dev.weir.event;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * An event type: its fields in order, and what its declaration says about time. Immutable. Fields
 * are numbered from 0 in order of declaration; that number is the field's slot in the record.
 *
 * @param typeId number of the type in its rule set, 0 to 65,535; stable for the life of a run
 * @param schemaId number of this version of the type, from 1
 * @param name as written in rules
 * @param fields at most {@link #FIELDS_MAX}
 * @param timeField index of the event time, a {@code time} field called {@code at}
 * @param tieField index of the field that breaks ties of time, or {@link #NO_FIELD}
 * @param idField index of the field whose repeats are dropped, or {@link #NO_FIELD}
 * @param idHorizonNs how long an id is remembered, in nanoseconds of event time; 0 without id
 * @param latenessNs how far an event may come behind the greatest time of its source
 * @param dropLate true: late events are dropped; false: they go to the side output
 * @param keepNs how long values of a silent key live, or {@link #KEEP_NONE}
 */
public record EventType(
    int typeId,
    int schemaId,
    String name,
    List<Field> fields,
    int timeField,
    int tieField,
    int idField,
    long idHorizonNs,
    long latenessNs,
    boolean dropLate,
    long keepNs) {
  public static final int NO_FIELD = -1;
  public static final int FIELDS_MAX = 256;

  /** No {@code keep} was declared: {@code ever} and {@code prev} may not be used on this type. */
  public static final long KEEP_NONE = -1;

  public EventType {
    Objects.requireNonNull(name);
    fields = List.copyOf(fields);
    if (fields.size() > FIELDS_MAX) {
      throw new IllegalArgumentException(
          "too many fields: type=" + name + " fields=" + fields.size() + " limit=" + FIELDS_MAX);
    }
    Set<String> names = new HashSet<>();
    for (Field field : fields) {
      if (!names.add(field.name())) {
        throw new IllegalArgumentException("field twice: type=" + name + " field=" + field.name());
      }
    }
    if (fields.get(timeField).type().kind() != FieldType.Kind.TIME) {
      throw new IllegalArgumentException("event time is not a time: type=" + name);
    }
  }

  /** Index of the field, or {@link #NO_FIELD}. Linear in the number of fields. */
  public int indexOf(String fieldName) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(fieldName)) {
        return i;
      }
    }
    return NO_FIELD;
  }

  /** A type with these fields, one of which is {@code at}: no tie-break, no id, no lateness. */
  public static EventType of(int typeId, String name, List<Field> fields) {
    int at = 0;
    while (!fields.get(at).name().equals("at")) {
      at++;
    }
    return new EventType(typeId, 1, name, fields, at, NO_FIELD, NO_FIELD, 0, 0, false, KEEP_NONE);
  }
}
