package dev.weir.ingest;

import dev.weir.event.RecordLayout;
import dev.weir.journal.Log;
import dev.weir.journal.LogReader;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;

/**
 * Merges finite sources by (time, order of the sources, row) and offers their records to the ring,
 * so that positions do not depend on threads; then their ends. Begins when it is told where each
 * source stands in the journal. While the ring is full it waits. One agent, owned by its thread;
 * {@link #begin} and {@link #stop} may come from others.
 */
public final class FiniteSources implements Agent {
  /** Takes records; false: not now, offer the same again. */
  public interface Sink {
    boolean offer(MutableDirectBuffer buffer, int length);

    boolean offerSourceEnd(int source);

    boolean offerStreamEnd(long untilNs);
  }

  /** Records offered in one turn, so that other stages on the same thread come to work. */
  private static final int TURN = 256;

  private final List<? extends RecordSource> sources;
  private final int firstSource;
  private final long untilNs;
  private final Sink sink;
  private final boolean[] isOpen;
  private final boolean[] isEndDue;
  private volatile boolean mayBegin;
  private volatile boolean isStopped;
  private volatile boolean isDone;
  private final boolean endsStream;
  private long records;

  /**
   * @param sources numbered from {@code firstSource} on
   * @param untilNs stream time moves on to it at the end, or the least long
   * @param endsStream there are no other sources: their end is the stream's
   */
  public FiniteSources(
      List<? extends RecordSource> sources,
      int firstSource,
      long untilNs,
      boolean endsStream,
      Sink sink) {
    this.sources = List.copyOf(sources);
    this.firstSource = firstSource;
    this.untilNs = untilNs;
    this.endsStream = endsStream;
    this.sink = sink;
    this.isOpen = new boolean[sources.size()];
    this.isEndDue = new boolean[sources.size()];
  }

  /** Offers to a ring. */
  public static Sink to(RecordRing ring) {
    return new Sink() {
      @Override
      public boolean offer(MutableDirectBuffer buffer, int length) {
        return ring.offer(RecordRing.NO_TICKET, buffer, 0, length);
      }

      @Override
      public boolean offerSourceEnd(int source) {
        return ring.offerSourceEnd(source);
      }

      @Override
      public boolean offerStreamEnd(long untilNs) {
        return ring.offerStreamEnd(untilNs);
      }
    };
  }

  /** Sources begin at their beginning: there is no journal. */
  public void start() {
    for (int i = 0; i < isOpen.length; i++) {
      isOpen[i] = sources.get(i).next();
      isEndDue[i] = !isOpen[i];
    }
    mayBegin = true;
  }

  /**
   * The intake has taken up the journal: sources go on behind the records that it has. To be called
   * before {@link #begin}, by whoever may look at the intake.
   *
   * @param journal that the intake has taken up
   * @throws InputException if a source does not have the last record that the journal has of it
   */
  public void resume(Intake intake, Log journal) {
    for (int i = 0; i < sources.size(); i++) {
      int number = firstSource + i;
      if (intake.hasEnded(number)) {
        isOpen[i] = false;
        continue;
      }
      RecordSource source = sources.get(i);
      long position = intake.lastPosition(number);
      if (position != SourceState.NO_POSITION) {
        boolean isSame = source.seek(intake.lastPlace(number)) && isSame(journal, position, source);
        if (!isSame) {
          throw new InputException(
              "the files of "
                  + source.type().name()
                  + " are not those that the journal was made from: another record at position "
                  + position);
        }
      }
      isOpen[i] = source.next();
      isEndDue[i] = !isOpen[i];
    }
    isDone = intake.hasEnded();
  }

  /** Whether the record at this position is the source's record at hand; stamps do not count. */
  private static boolean isSame(Log journal, long position, RecordSource source) {
    boolean[] isSame = {false};
    try (LogReader reader = journal.reader(position)) {
      if (reader.next()) {
        reader
            .batch()
            .forEach(
                position,
                (at, buffer, offset, length) ->
                    isSame[0] |= at == position && isSame(source, buffer, offset));
      }
    }
    return isSame[0];
  }

  private static boolean isSame(RecordSource source, DirectBuffer records, int offset) {
    if (source.length() != RecordLayout.length(records, offset)) {
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

  /** From now on records are offered. Any thread. */
  public void begin() {
    mayBegin = true;
  }

  /** Offers nothing more, not even ends. Any thread. */
  public void stop() {
    isStopped = true;
  }

  /** Everything has been offered, or it was stopped. Any thread. */
  public boolean isDone() {
    return isDone;
  }

  /** Whether it ended because it was told to. Any thread. */
  public boolean isStopped() {
    return isStopped;
  }

  @Override
  public String roleName() {
    return "files";
  }

  @Override
  public int doWork() {
    if (isDone || !mayBegin) {
      return 0;
    }
    for (int turn = 0; turn < TURN; turn++) {
      if (isStopped) {
        isDone = true;
        return turn + 1;
      }
      if (!offerNext()) {
        return turn;
      }
      if (isDone) {
        return turn + 1;
      }
    }
    return TURN;
  }

  /** False: the ring is full. */
  private boolean offerNext() {
    int chosen = -1;
    for (int i = 0; i < isOpen.length; i++) {
      if (isEndDue[i]) {
        if (!sink.offerSourceEnd(firstSource + i)) {
          return false;
        }
        isEndDue[i] = false;
      }
      if (isOpen[i] && (chosen < 0 || sources.get(i).timeNs() < sources.get(chosen).timeNs())) {
        chosen = i;
      }
    }
    if (chosen < 0) {
      isDone = !endsStream || sink.offerStreamEnd(untilNs);
      return isDone;
    }
    RecordSource source = sources.get(chosen);
    RecordLayout.stampSource(source.buffer(), 0, firstSource + chosen, 0, source.place());
    if (!sink.offer(source.buffer(), source.length())) {
      return false;
    }
    records++;
    isOpen[chosen] = source.next();
    isEndDue[chosen] = !isOpen[chosen];
    return true;
  }

  /** Records offered so far. */
  public long records() {
    return records;
  }
}
