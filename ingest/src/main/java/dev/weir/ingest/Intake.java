package dev.weir.ingest;

import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.Hashing;
import dev.weir.event.RecordLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.agrona.MutableDirectBuffer;

/**
 * The one stage that gives positions: merges finite sources by (time, order of the sources, row),
 * finds repeats, advances watermarks, stamps each record with position and verdict. Positions are
 * dense from 0; late and repeated records have one too. Owned by one thread.
 */
public final class Intake {
  private final List<EventType> types;
  private final IntakeSink sink;
  private final EventReader reader = new EventReader();
  private final long[] late;
  private final long[] repeats;
  private final long[] accepted;
  private final Map<Integer, Repeats> ids = new HashMap<>();

  private long position;
  private long greatestNs = Long.MIN_VALUE;

  public Intake(List<EventType> types, IntakeSink sink) {
    this.types = List.copyOf(types);
    this.sink = sink;
    this.late = new long[types.size()];
    this.repeats = new long[types.size()];
    this.accepted = new long[types.size()];
    for (EventType type : types) {
      if (type.idField() != EventType.NO_FIELD) {
        ids.put(type.typeId(), new Repeats(type));
      }
    }
  }

  /** Looks at the run while it goes on; called after every record. */
  public interface Progress {
    void after(long position);
  }

  /**
   * Runs the sources to their end, then moves stream time to the greatest time, or {@code until}.
   */
  public void run(List<? extends RecordSource> sources, OptionalLong until, Progress progress) {
    int count = sources.size();
    boolean[] open = new boolean[count];
    long[] sourceGreatest = new long[count];
    Arrays.fill(sourceGreatest, Long.MIN_VALUE);
    for (int i = 0; i < count; i++) {
      open[i] = sources.get(i).next();
    }
    long watermarkNs = Long.MIN_VALUE;
    while (true) {
      int chosen = -1;
      for (int i = 0; i < count; i++) {
        if (open[i] && (chosen < 0 || sources.get(i).timeNs() < sources.get(chosen).timeNs())) {
          chosen = i;
        }
      }
      if (chosen < 0) {
        break;
      }
      RecordSource source = sources.get(chosen);
      MutableDirectBuffer buffer = source.buffer();
      reader.wrap(buffer, 0);
      EventType type = types.get(reader.typeId());
      long timeNs = reader.timeNs();
      int verdict = verdict(type, timeNs, watermarkNs);
      RecordLayout.stampPosition(buffer, 0, position++);
      RecordLayout.stampVerdict(buffer, 0, verdict);
      sourceGreatest[chosen] = Math.max(sourceGreatest[chosen], timeNs);
      greatestNs = Math.max(greatestNs, timeNs);
      watermarkNs = Math.max(watermarkNs, watermark(sources, open, sourceGreatest));
      sink.onRecord(buffer, 0, source.length(), watermarkNs);
      open[chosen] = source.next();
      progress.after(position);
    }
    long end = Math.max(greatestNs, until.orElse(Long.MIN_VALUE));
    if (end != Long.MIN_VALUE) {
      sink.onEnd(end);
    }
  }

  private int verdict(EventType type, long timeNs, long watermarkNs) {
    Repeats seen = ids.get(type.typeId());
    if (seen != null && seen.isRepeat(reader)) {
      repeats[type.typeId()]++;
      return RecordLayout.VERDICT_REPEAT;
    }
    if (timeNs < watermarkNs) {
      late[type.typeId()]++;
      return RecordLayout.VERDICT_LATE;
    }
    accepted[type.typeId()]++;
    return RecordLayout.VERDICT_IN_TIME;
  }

  /**
   * The least over open sources of greatest time less lateness; a source that gave nothing holds
   * all.
   */
  private long watermark(List<? extends RecordSource> sources, boolean[] open, long[] greatest) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < open.length; i++) {
      if (open[i]) {
        long latenessNs = sources.get(i).type().latenessNs();
        least =
            Math.min(
                least, greatest[i] == Long.MIN_VALUE ? Long.MIN_VALUE : greatest[i] - latenessNs);
      }
    }
    return least;
  }

  /** Records in time of this type. */
  public long accepted(int typeId) {
    return accepted[typeId];
  }

  /** Records behind the watermark. */
  public long late(int typeId) {
    return late[typeId];
  }

  /** Records whose id was seen before. */
  public long repeats(int typeId) {
    return repeats[typeId];
  }

  /** Records so far, of any verdict. */
  public long positions() {
    return position;
  }

  /** Ids of the horizon; an id is its bytes or number, whole. */
  private static final class Repeats {
    private record Id(long number, String text) {}

    private record Seen(Id id, long timeNs) {}

    private final EventType type;
    private final Map<Id, Long> times = new HashMap<>();
    private final ArrayDeque<Seen> order = new ArrayDeque<>();
    private long nowNs = Long.MIN_VALUE;

    Repeats(EventType type) {
      this.type = type;
    }

    boolean isRepeat(EventReader event) {
      int field = type.idField();
      if (event.isMissing(field)) {
        return false;
      }
      nowNs = Math.max(nowNs, event.timeNs());
      while (!order.isEmpty() && nowNs - order.peekFirst().timeNs() >= type.idHorizonNs()) {
        Seen old = order.removeFirst();
        times.remove(old.id(), old.timeNs());
      }
      Id id =
          type.fields().get(field).type().isVariable()
              ? new Id(
                  Hashing.hash64(event.buffer(), event.textOffset(field), event.textLength(field)),
                  event
                      .buffer()
                      .getStringWithoutLengthUtf8(event.textOffset(field), event.textLength(field)))
              : new Id(event.slot(field), "");
      if (times.containsKey(id)) {
        return true;
      }
      times.put(id, nowNs);
      order.addLast(new Seen(id, nowNs));
      return false;
    }
  }
}
