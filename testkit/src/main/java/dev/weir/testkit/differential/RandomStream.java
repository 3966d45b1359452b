package dev.weir.testkit.differential;

import dev.weir.testkit.differential.EventTypes.FieldOf;
import dev.weir.testkit.differential.EventTypes.TypeOf;
import dev.weir.testkit.random.Choices;
import dev.weir.testkit.reference.ReferenceEvent;
import dev.weir.testkit.reference.ReferenceEvent.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A short stream as the intake stamps it: few keys, few values, ties, disorder inside the lateness,
 * late and repeated events, gaps in which deadlines fall due. Times are whole seconds, so that
 * deadlines and events meet.
 *
 * @param events in order of position
 * @param endNs where stream time moves at the end; empty: the stream goes on
 */
public record RandomStream(List<ReferenceEvent> events, OptionalLong endNs) {
  static final long SECOND = 1_000_000_000L;

  private static final int START_S = 1_000;

  public RandomStream {
    events = List.copyOf(events);
  }

  /** Draws a stream of at most this many events. */
  static RandomStream draw(Choices choices, EventTypes types, int eventsMax) {
    return new Drawing(choices, types).draw(eventsMax);
  }

  /** A stream while it is drawn. */
  private static final class Drawing {
    private final Choices choices;
    private final EventTypes types;
    private final int latenessS;
    private final boolean hasRepeats;
    private final int keys;
    private final List<ReferenceEvent> events = new ArrayList<>();
    private int nowS = START_S;
    private long greatestS = Long.MIN_VALUE;
    private long watermarkS = Long.MIN_VALUE;

    Drawing(Choices choices, EventTypes types) {
      this.choices = choices;
      this.types = types;
      this.latenessS = types.latenessS();
      this.hasRepeats = choices.chance(15);
      this.keys = choices.weighted(75, 25) + 1;
    }

    RandomStream draw(int eventsMax) {
      while (events.size() < eventsMax && choices.piece(this::drawsOneMore)) {}
      OptionalLong end = OptionalLong.empty();
      int how = choices.weighted(30, 25, 25, 20);
      if (how < 3 && !events.isEmpty()) {
        int beyondS = how == 0 ? 1_000 : how == 1 ? 0 : choices.below(15);
        end = OptionalLong.of((greatestS + beyondS) * SECOND);
      }
      return new RandomStream(events, end);
    }

    private boolean drawsOneMore() {
      if (!choices.chance(99)) {
        return false;
      }
      TypeOf type = types.types().get(choices.weighted(60, 25, 8, 7));
      nowS += gapS(choices);
      int timeS = nowS - (latenessS > 0 ? choices.weighted(50, 15, 10, 10, 8, 7) : 0);
      Verdict verdict = Verdict.IN_TIME;
      if (timeS < watermarkS) {
        verdict = Verdict.LATE;
      } else if (hasRepeats && choices.chance(15)) {
        verdict = Verdict.REPEAT;
      }
      greatestS = Math.max(greatestS, timeS);
      int behindS = latenessS + (choices.chance(15) ? choices.below(4) : 0);
      watermarkS = Math.max(watermarkS, greatestS - behindS);
      events.add(
          new ReferenceEvent(
              type.name(),
              timeS * SECOND,
              events.size(),
              verdict,
              watermarkS * SECOND,
              values(choices, type, keys)));
      return true;
    }
  }

  private static int gapS(Choices choices) {
    return switch (choices.weighted(36, 42, 12, 7, 3)) {
      case 0 -> 1;
      case 1 -> 0;
      case 2 -> 2;
      case 3 -> choices.between(3, 6);
      default -> choices.between(7, 25);
    };
  }

  private static Map<String, Object> values(Choices choices, TypeOf type, int keys) {
    Map<String, Object> values = new HashMap<>();
    for (FieldOf field : type.fields()) {
      int drawn = choices.below(200);
      if (drawn >= 194) {
        continue; // missing
      }
      boolean isKey = field.name().equals("k") || field.name().equals("owner");
      switch (field.kind()) {
        case TEXT -> values.put(field.name(), isKey ? "k" + drawn % keys : "k" + drawn % 3);
        case INT ->
            values.put(
                field.name(),
                drawn == 193
                    ? (Object) Long.MAX_VALUE
                    : field.name().equals("g") ? (long) (drawn % 2) : (long) (drawn % 4));
        case MONEY -> values.put(field.name(), drawn == 193 ? -100L : drawn % 4 * 50L);
        case BOOL -> values.put(field.name(), drawn % 4 != 3);
      }
    }
    return values;
  }

  /** One line for each event, and the end. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    for (ReferenceEvent event : events) {
      out.append(event.position()).append(": ").append(seconds(event.timeNs())).append(' ');
      out.append(event.type()).append(' ').append(new java.util.TreeMap<>(event.values()));
      if (event.verdict() != Verdict.IN_TIME) {
        out.append(' ').append(event.verdict());
      }
      out.append(" watermark ").append(seconds(event.watermarkNs())).append('\n');
    }
    return out.append(endNs.isPresent() ? "end " + seconds(endNs.getAsLong()) : "no end")
        .toString();
  }

  static String seconds(long ns) {
    return java.math.BigDecimal.valueOf(ns, 9).stripTrailingZeros().toPlainString() + "s";
  }
}
