package dev.weir.ingest;

import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import dev.weir.journal.ControlRecord;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Judges records in order of position: finds repeats, advances watermarks, stamps each record with
 * verdict and the watermark after it. Its state is a fold over the journal: {@link #restore} with
 * the records of the journal gives what {@link #take} had when it wrote them. Owned by one thread;
 * allocates nothing after warm-up.
 */
public final class Intake {
  private final List<EventType> types;
  private final Watermarks watermarks;
  private final EventReader reader = new EventReader();
  private final long[] late;
  private final long[] repeats;
  private final long[] accepted;
  private final @Nullable RepeatedIds[] idsOfType; // of types with an id
  private long lateOfAll;
  private long position;
  private boolean hasEnded;

  /**
   * @param sources in the order of their numbers
   */
  public Intake(List<EventType> types, List<SourceSpec> sources) {
    this.types = List.copyOf(types);
    this.watermarks = new Watermarks(sources);
    this.late = new long[types.size()];
    this.repeats = new long[types.size()];
    this.accepted = new long[types.size()];
    this.idsOfType = new RepeatedIds[types.size()];
    for (EventType type : types) {
      if (type.idField() != EventType.NO_FIELD) {
        idsOfType[type.typeId()] = new RepeatedIds(type);
      }
    }
  }

  /**
   * Takes an event: the record is stamped with its position, verdict and the watermark after it.
   *
   * @param elapsedNs a clock that only runs forward, for the silence of sources
   * @return the watermark after it
   */
  public long take(MutableDirectBuffer buffer, int offset, long elapsedNs) {
    reader.wrap(buffer, offset);
    EventType type = types.get(reader.typeId());
    int verdict = verdict(type, reader.timeNs());
    count(type, verdict);
    RecordLayout.stampPosition(buffer, offset, position);
    RecordLayout.stampVerdict(buffer, offset, verdict);
    long watermarkNs = note(elapsedNs);
    RecordLayout.stampWatermark(buffer, offset, watermarkNs);
    return watermarkNs;
  }

  private long note(long elapsedNs) {
    return watermarks.record(
        reader.sourceId(),
        reader.partition(),
        reader.timeNs(),
        position++,
        reader.sourcePlace(),
        elapsedNs);
  }

  /** The control record at the next position was written; it moved stream time as told. */
  long control() {
    position++;
    return watermarks.streamNs();
  }

  /**
   * Takes up a record of the journal, event or control record; every record once, in order.
   *
   * @throws IllegalArgumentException if it is not the next one
   */
  public void restore(DirectBuffer buffer, int offset) {
    if (RecordLayout.position(buffer, offset) != position) {
      throw new IllegalArgumentException(
          "record out of order: position="
              + RecordLayout.position(buffer, offset)
              + " expected="
              + position);
    }
    if (ControlRecord.is(buffer, offset)) {
      restoreControl(buffer, offset);
      position++;
    } else {
      reader.wrap(buffer, offset);
      RepeatedIds seen = idsOfType[reader.typeId()];
      if (seen != null) {
        seen.isRepeat(reader);
      }
      count(types.get(reader.typeId()), reader.verdict());
      note(0);
    }
    watermarks.restored(RecordLayout.watermark(buffer, offset));
  }

  /** Writes what it knows before its next position; see {@link #restore(DataInput)}. */
  public void save(DataOutput to) throws IOException {
    to.writeLong(position);
    to.writeBoolean(hasEnded);
    watermarks.save(to);
    to.writeInt(types.size());
    for (int type = 0; type < types.size(); type++) {
      to.writeLong(accepted[type]);
      to.writeLong(late[type]);
      to.writeLong(repeats[type]);
      RepeatedIds ids = idsOfType[type];
      if (ids != null) {
        ids.save(to);
      }
    }
  }

  /**
   * Reads what {@link #save} wrote, with the same types and sources, into a new intake: it goes on
   * as if it had taken up the journal up to that position.
   *
   * @throws IOException if it is of other types or sources
   */
  public void restore(DataInput from) throws IOException {
    position = from.readLong();
    hasEnded = from.readBoolean();
    watermarks.restore(from);
    int count = from.readInt();
    if (count != types.size()) {
      throw new IOException("another number of event types: " + count);
    }
    for (int type = 0; type < count; type++) {
      accepted[type] = from.readLong();
      late[type] = from.readLong();
      repeats[type] = from.readLong();
      RepeatedIds ids = idsOfType[type];
      if (ids != null) {
        ids.restore(from);
      }
    }
  }

  private void restoreControl(DirectBuffer buffer, int offset) {
    int kind = ControlRecord.kind(buffer, offset);
    if (kind == ControlRecord.SOURCE_END) {
      watermarks.end(RecordLayout.sourceId(buffer, offset));
    } else if (kind == ControlRecord.TICK) {
      watermarks.apply(
          buffer, ControlRecord.bodyOffset(offset), ControlRecord.bodyLength(buffer, offset));
    } else if (kind == ControlRecord.STREAM_END) {
      hasEnded = true;
    }
  }

  private int verdict(EventType type, long timeNs) {
    RepeatedIds seen = idsOfType[type.typeId()];
    if (seen != null && seen.isRepeat(reader)) {
      return RecordLayout.VERDICT_REPEAT;
    }
    return timeNs < watermarks.streamNs()
        ? RecordLayout.VERDICT_LATE
        : RecordLayout.VERDICT_IN_TIME;
  }

  private void count(EventType type, int verdict) {
    switch (verdict) {
      case RecordLayout.VERDICT_REPEAT -> repeats[type.typeId()]++;
      case RecordLayout.VERDICT_LATE -> late[type.typeId()]++;
      default -> accepted[type.typeId()]++;
    }
    lateOfAll += verdict == RecordLayout.VERDICT_LATE ? 1 : 0;
  }

  Watermarks watermarks() {
    return watermarks;
  }

  /** A finite source has ended; the watermark after that. */
  public long endOfSource(int source) {
    long watermarkNs = watermarks.end(source);
    position++;
    return watermarkNs;
  }

  /**
   * All sources have ended.
   *
   * @return where stream time moves to: the greatest event time, or this time if that is later; the
   *     least long if neither is there: then nothing ends
   */
  public long endOfStream(long untilNs) {
    long end = Math.max(watermarks.greatestNs(), untilNs);
    if (end != Long.MIN_VALUE) {
      watermarks.moveTo(end);
      hasEnded = true;
      position++;
    }
    return end;
  }

  // ---- how things stand
  // ---------------------------------------------------------------------------

  /** The stream's end stands in the journal. */
  public boolean hasEnded() {
    return hasEnded;
  }

  /** Whether a finite source has ended. */
  public boolean hasEnded(int source) {
    return watermarks.source(source).isEnded;
  }

  /** Position of the last record of a source's partition 0, or -1. */
  public long lastPosition(int source) {
    return watermarks.source(source).position[0];
  }

  /** Where in its source the last record of partition 0 stands; see {@link #lastPosition}. */
  public long lastPlace(int source) {
    return watermarks.source(source).place[0];
  }

  /** How it stands. Allocates. */
  IntakeStatus status(long elapsedNs) {
    return new IntakeStatus(
        position,
        watermarks.streamNs(),
        watermarks.status(elapsedNs),
        types.stream()
            .map(
                type ->
                    new IntakeStatus.Type(
                        type.name(),
                        accepted[type.typeId()],
                        late[type.typeId()],
                        repeats[type.typeId()]))
            .toList());
  }

  /** Watermark of the stream, ns since the epoch; the least long before there is one. */
  public long watermarkNs() {
    return watermarks.streamNs();
  }

  /** Records in time of this type. */
  public long accepted(int typeId) {
    return accepted[typeId];
  }

  /** Records behind the watermark. */
  public long late(int typeId) {
    return late[typeId];
  }

  /** Records behind the watermark, of any type. */
  long late() {
    return lateOfAll;
  }

  /** Records whose id was seen before. */
  public long repeats(int typeId) {
    return repeats[typeId];
  }

  /** Events so far, of any verdict. */
  public long events() {
    long events = 0;
    for (int type = 0; type < accepted.length; type++) {
      events += accepted[type] + late[type] + repeats[type];
    }
    return events;
  }

  /** The position that the next record gets. */
  public long position() {
    return position;
  }
}
