package dev.weir.testkit.differential;

import dev.weir.testkit.random.Choices;
import java.util.ArrayList;
import java.util.List;

/**
 * The event types of random cases: few fields, few values, all of them optional. What a type says
 * about time is drawn: lateness, tie-break, how long values are kept. Immutable.
 */
public final class EventTypes {
  /** What a field holds. */
  enum Kind {
    TEXT,
    INT,
    MONEY,
    BOOL
  }

  /** A field that rules may read. */
  record FieldOf(String name, Kind kind) {}

  /**
   * An event type.
   *
   * @param fields but for the event time
   * @param latenessS seconds that its events may be late
   * @param hasTie whether {@code n} breaks ties of time
   */
  record TypeOf(String name, List<FieldOf> fields, int latenessS, boolean hasTie, boolean keeps) {
    List<FieldOf> fieldsOf(Kind kind) {
      return fields.stream().filter(f -> f.kind() == kind).toList();
    }

    boolean has(String field) {
      return fields.stream().anyMatch(f -> f.name().equals(field));
    }
  }

  private static final List<FieldOf> WIDE =
      List.of(
          new FieldOf("k", Kind.TEXT),
          new FieldOf("g", Kind.INT),
          new FieldOf("n", Kind.INT),
          new FieldOf("x", Kind.MONEY),
          new FieldOf("s", Kind.TEXT),
          new FieldOf("ok", Kind.BOOL));
  private static final List<FieldOf> NARROW =
      List.of(new FieldOf("k", Kind.TEXT), new FieldOf("g", Kind.INT), new FieldOf("n", Kind.INT));
  private static final List<FieldOf> OWNED =
      List.of(
          new FieldOf("owner", Kind.TEXT), new FieldOf("n", Kind.INT), new FieldOf("s", Kind.TEXT));

  /** A type that no rule mentions. */
  static final String UNREAD = "Z";

  private final List<TypeOf> types = new ArrayList<>();

  /** Draws them. {@code lateWithTies}: all have lateness and a tie-break. */
  EventTypes(Choices choices, boolean lateWithTies) {
    boolean isLate = lateWithTies || choices.chance(40);
    for (String name : List.of("A", "B", "C", "D")) {
      types.add(
          new TypeOf(
              name,
              name.equals("D") ? OWNED : name.equals("C") ? NARROW : WIDE,
              lateWithTies ? 4 : isLate ? choices.below(5) : 0,
              lateWithTies || choices.chance(15),
              !name.equals("C") && !name.equals("D")));
    }
  }

  List<TypeOf> types() {
    return types;
  }

  TypeOf type(String name) {
    return types.stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }

  /** Seconds by which the watermark stays behind the greatest time. */
  int latenessS() {
    return types.stream().mapToInt(TypeOf::latenessS).max().orElse(0);
  }

  /** The declarations, one more type among them that nobody reads, as a rule file has them. */
  String declarations() {
    StringBuilder out = new StringBuilder();
    for (TypeOf type : types) {
      out.append("event ").append(type.name()).append(" {");
      for (FieldOf field : type.fields()) {
        out.append(' ').append(field.name()).append(' ');
        out.append(field.kind().name().toLowerCase(java.util.Locale.ROOT)).append("?,");
      }
      out.append(" at time").append(type.hasTie() ? ", then n" : "").append(" }");
      if (type.latenessS() > 0) {
        out.append(" late ").append(type.latenessS()).append('s');
      }
      out.append(type.keeps() ? " keep 400d" : "").append('\n');
    }
    out.append("event ").append(UNREAD).append(" { at time }\n");
    return out.toString();
  }
}
