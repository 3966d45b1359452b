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
  private long watermarkNs = Long.MIN_VALUE;
  private long[] sourceGreatest = new long[0]; // by source
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
   * Takes up a record that the journal has: positions, ids and watermarks go on behind it, and its
   * source moves past its row. To be called with every event of the journal, in order, before
   * {@link #run}, with the same sources.
   *
   * @throws InputException if the source gives another record or none: its files have changed
   */
  public void restore(List<? extends RecordSource> sources, DirectBuffer records, int offset) {
    reader.wrap(records, offset);
    if (reader.position() != position) {
      throw new IllegalArgumentException(
          "record out of order: position=" + reader.position() + " expected=" + position);
    }
    int chosen = reader.sourceId();
    if (chosen >= sources.size() || !isSame(sources.get(chosen), records, offset)) {
      throw new InputException(
          "the files of "
              + types.get(reader.typeId()).name()
              + " are not those that the journal was made from: another record at position "
              + position);
    }
    position++;
    count(types.get(reader.typeId()), judgeAgain());
    note(sources.size(), chosen, reader.timeNs());
    watermarkNs = reader.watermarkNs();
  }

  /** Whether the source goes on with this record; stamps do not count. */
  private static boolean isSame(RecordSource source, DirectBuffer records, int offset) {
    if (!source.next() || source.length() != RecordLayout.length(records, offset)) {
      return false;
    }
    DirectBuffer own = source.buffer();
    for (int i = 0; i < source.length(); i++) {
      boolean isStamp =
          i == RecordLayout.VERDICT_OFFSET
              || i >= RecordLayout.SOURCE_ID_OFFSET && i < RecordLayout.TIME_OFFSET
              || i >= RecordLayout.WATERMARK_OFFSET && i < RecordLayout.NULLS_OFFSET;
      if (!isStamp && own.getByte(i) != records.getByte(offset + i)) {
        return false;
      }
    }
    return true;
  }

  /** The verdict that stands in the record; its id is known from now on. */
  private int judgeAgain() {
    Repeats seen = repeatsOfType[reader.typeId()];
    if (seen != null) {
      seen.isRepeat(reader);
    }
    return reader.verdict();
  }

  private void note(int sources, int source, long timeNs) {
    if (sourceGreatest.length < sources) {
      int known = sourceGreatest.length;
      sourceGreatest = Arrays.copyOf(sourceGreatest, sources);
      Arrays.fill(sourceGreatest, known, sources, Long.MIN_VALUE);
    }
    if (source >= 0) {
      sourceGreatest[source] = Math.max(sourceGreatest[source], timeNs);
      greatestNs = Math.max(greatestNs, timeNs);
    }
  }

  /**
   * Runs the sources to their end, then moves stream time to the greatest time, or {@code until}.
   *
   * @return false if it was stopped before: then the sink was told no end
   */
  public boolean run(List<? extends RecordSource> sources, OptionalLong until, Progress progress) {
    int count = sources.size();
    boolean[] open = new boolean[count];
    note(count, -1, Long.MIN_VALUE);
    for (int i = 0; i < count; i++) {
      open[i] = sources.get(i).next();
    }
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
      int verdict = verdict(type, timeNs);
      count(type, verdict);
      RecordLayout.stampSource(buffer, 0, chosen);
      RecordLayout.stampPosition(buffer, 0, position++);
      RecordLayout.stampVerdict(buffer, 0, verdict);
      note(count, chosen, timeNs);
      watermarkNs = Math.max(watermarkNs, watermark(sources, open));
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

  private int verdict(EventType type, long timeNs) {
    Repeats seen = repeatsOfType[type.typeId()];
    if (seen != null && seen.isRepeat(reader)) {
      return RecordLayout.VERDICT_REPEAT;
    }
    return timeNs < watermarkNs ? RecordLayout.VERDICT_LATE : RecordLayout.VERDICT_IN_TIME;
  }

  private void count(EventType type, int verdict) {
    switch (verdict) {
      case RecordLayout.VERDICT_REPEAT -> repeats[type.typeId()]++;
      case RecordLayout.VERDICT_LATE -> late[type.typeId()]++;
      default -> accepted[type.typeId()]++;
    }
  }

  /**
   * The least over open sources of greatest time less lateness; a source that gave nothing holds
   * all.
   */
  private long watermark(List<? extends RecordSource> sources, boolean[] open) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < open.length; i++) {
      if (open[i]) {
        long latenessNs = sources.get(i).type().latenessNs();
        long greatest = sourceGreatest[i];
        least =
            Math.min(least, greatest == Long.MIN_VALUE ? Long.MIN_VALUE : greatest - latenessNs);
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
