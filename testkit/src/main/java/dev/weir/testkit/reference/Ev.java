package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Declaration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as the rules of one mode see it. Compared by identity of its place.
 *
 * @param order place in the order of the mode: stream order, or position
 * @param position in the journal
 * @param timeNs event time, or the arrival clock for rules on arrival
 * @param values by field name, the event time included
 */
record Ev(
    int order, long position, long timeNs, Declaration.Event type, Map<String, Value> values) {
  /** Stands for an event that has not come yet: later than all others. */
  static Ev future(Declaration.Event type) {
    return new Ev(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, type, Map.of());
  }

  boolean hasField(String name) {
    return type.fields().stream().anyMatch(f -> f.name().text().equals(name));
  }

  @Nullable Value value(String field) {
    return values.get(field);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Ev ev && ev.order == order;
  }

  @Override
  public int hashCode() {
    return order;
  }

  @Override
  public String toString() {
    return type.name().text() + position;
  }
}
