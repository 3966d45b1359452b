package dev.weir.ingest;

import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.RecentKeys;
import dev.weir.event.RecordLayout;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

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
  private final @Nullable Repeats[] repeatsOfType; // of types with an id

  private long position;
  private long greatestNs = Long.MIN_VALUE;
  private boolean isStopped;

  public Intake(List<EventType> types, IntakeSink sink) {
    this.types = List.copyOf(types);
    this.sink = sink;
    this.late = new long[types.size()];
    this.repeats = new long[types.size()];
    this.accepted = new long[types.size()];
    this.repeatsOfType = new Repeats[types.size()];
    for (EventType type : types) {
      if (type.idField() != EventType.NO_FIELD) {
        repeatsOfType[type.typeId()] = new Repeats(type);
      }
    }
  }

  /** Looks at the run while it goes on. */
  public interface Progress {
    /** Called after every record with the number of records so far; may {@link Intake#stop}. */
    void after(long positions);
  }

  /**
   * Runs the sources to their end, then moves stream time to the greatest time, or {@code until}.
   *
   * @return false if it was stopped before: then the sink was told no end
   */
  public boolean run(List<? extends RecordSource> sources, OptionalLong until, Progress progress) {
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
      RecordLayout.stampWatermark(buffer, 0, watermarkNs);
      sink.onRecord(buffer, 0, source.length(), watermarkNs);
      open[chosen] = source.next();
      progress.after(position);
      if (isStopped) {
        return false;
      }
    }
    long end = Math.max(greatestNs, until.orElse(Long.MIN_VALUE));
    if (end != Long.MIN_VALUE) {
      sink.onEnd(end);
    }
    return true;
  }

  /** Ends the run behind the record at hand. */
  public void stop() {
    isStopped = true;
  }

  private int verdict(EventType type, long timeNs, long watermarkNs) {
    Repeats seen = repeatsOfType[type.typeId()];
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
    private final int field;
    private final boolean isBytes;
    private final long horizonNs;
    private final RecentKeys ids = new RecentKeys();
    private final UnsafeBuffer number = new UnsafeBuffer(new byte[Long.BYTES]);
    private long nowNs = Long.MIN_VALUE;

    Repeats(EventType type) {
      this.field = type.idField();
      this.isBytes = type.fields().get(field).type().isVariable();
      this.horizonNs = type.idHorizonNs();
    }

    boolean isRepeat(EventReader event) {
      if (event.isMissing(field)) {
        return false;
      }
      nowNs = Math.max(nowNs, event.timeNs());
      long oldNs = nowNs - horizonNs; // an id as old as the horizon is new again
      if (oldNs < nowNs) {
        ids.forgetBefore(oldNs + 1);
      }
      if (isBytes) {
        return isRepeat(event.buffer(), event.textOffset(field), event.textLength(field));
      }
      number.putLong(0, event.slot(field));
      return isRepeat(number, 0, Long.BYTES);
    }

    private boolean isRepeat(DirectBuffer id, int offset, int length) {
      if (ids.find(id, offset, length) != RecentKeys.NONE) {
        return true;
      }
      ids.put(id, offset, length, nowNs, 0);
      return false;
    }
  }
}
