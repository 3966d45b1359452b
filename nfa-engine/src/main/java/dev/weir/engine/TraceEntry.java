package dev.weir.engine;

import dev.weir.dsl.plan.RulePlan;
import dev.weir.event.EventReader;
import dev.weir.event.FieldType;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What became of a partial match at one instant, and why: a line of a trace.
 *
 * @param rule number of the rule in the rule set
 * @param key the parts of the key as text, as rules write them; empty: the global key, or none
 * @param timeNs event time of the instant
 * @param position of the event; {@link #NO_EVENT} at a deadline or at the end
 * @param taken what the partial match held before; empty where there was none
 * @param text what happened, beginning with the kind's word
 */
public record TraceEntry(
    Kind kind, int rule, String key, long timeNs, long position, List<Taken> taken, String text) {
  public static final long NO_EVENT = -1;

  public TraceEntry {
    taken = List.copyOf(taken);
  }

  /** The key under which an event is offered in a role, as entries name it; empty if missing. */
  public static String keyOf(RulePlan rule, RulePlan.Role role, EventReader event) {
    MutableDirectBuffer bytes = new ExpandableArrayBuffer();
    int at = 0;
    for (int i = 0; i < role.keyFields().size(); i++) {
      int field = role.keyFields().get(i);
      if (event.isMissing(field)) {
        return "";
      }
      FieldType.Kind kind = FieldType.Kind.valueOf(rule.keyTypes().get(i).kind().name());
      at = KeyBytes.write(bytes, at, event, field, kind);
    }
    return TraceValues.key(rule.keyTypes(), bytes, 0);
  }

  /** An event that a step took. */
  public record Taken(int step, String name, long position, long timeNs) {}

  /** What may happen. All but the first three are reasons why there was no alert. */
  public enum Kind {
    BEGUN("begun"),
    GONE_ON("gone on"),
    ALERTED("alerted"),
    NO_SUCH_STEP("no such step"),
    GUARD_FALSE("guard false"),
    EXPIRED("expired"),
    KILLED("killed by"),
    CONSUMED("consumed"),
    NOT_PICKED("not picked"),
    NOT_BEGUN("not begun"),
    KEY_MISSING("key missing"),
    STILL_OPEN("still open"),
    SUPPRESSED("suppressed"),
    LATE("late"),
    REPEAT("repeat");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** As texts begin. */
    public String word() {
      return word;
    }

    /** Whether it says why there was no alert. */
    public boolean isReason() {
      return this != BEGUN && this != GONE_ON && this != ALERTED;
    }
  }
}
