package dev.weir.ingest;

import dev.weir.event.RecordLayout;
import dev.weir.journal.BatchBuffer;
import dev.weir.journal.BatchLayout;
import dev.weir.journal.BatchView;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.Log;
import dev.weir.journal.LogReader;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.ControlledMessageHandler.Action;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The one stage that sees every record in order: takes records from the ring, gives each its
 * position, verdict and the watermark after it, appends them to the journal a batch at a time and
 * gives the batch to the shards only then. A batch is what the ring holds, bounded; there is no
 * timer. Where the disk is full or the shards are behind it takes nothing in, so that the ring
 * fills and sources wait. It begins by giving the shards what the journal has already.
 *
 * <p>A <em>cut</em> is a control record that came by {@link RecordRing#offerControl}: it gets a
 * position like every record, and every shard, and the merge behind them, passes that position
 * once. Allocates nothing but where a segment of the journal begins. One agent, owned by its
 * thread.
 */
public final class Journaler implements Agent {
  /** Takes what the journaler notices; called on its thread. */
  public interface Listener {
    /** All that the journal had has been given on; sources may begin. */
    void onRecovered();

    /** A record was refused before it got a position. The buffer is valid during the call. */
    void onRefused(DirectBuffer buffer, int offset, int length, String reason);

    /** A record that came with this ticket has this position, or {@link #REFUSED}. */
    void onTicket(long ticket, long position);

    /**
     * A cut that the ring asked for: the intake stands before its next position, and no record at
     * or behind that has been given on.
     */
    default void onCut(Intake intake) {}

    /** A rule set stands in the journal and was given on, be it from now or from before. */
    default void onDeployment(DirectBuffer buffer, int offset) {}

    /** The disk is full, or has room again. */
    void onDiskFull(boolean isFull);

    /** A late record stands in the journal, be it from now or from before. */
    void onLate(DirectBuffer buffer, int offset);

    /** Positions before this stand in the journal and were given to the shards. */
    void onAppended(long nextPosition, long watermarkNs);
  }

  /** Of a record that was not taken. */
  public static final long REFUSED = -1;

  static final int BATCH_BYTES = 64 * 1024;
  private static final int CAPACITY = BATCH_BYTES + RecordLayout.RECORD_BYTES_MAX + 1024;

  private final Log journal;
  private final Intake intake;
  private final RecordRing ring;
  private final Batches batches;
  private final Listener listener;
  private final EpochNanoClock wallClock;
  private final NanoClock elapsedClock;
  private final long aheadNs;
  private final long tickNs;
  private final UnsafeBuffer body = new UnsafeBuffer(new byte[64]);

  private final ControlledMessageHandler handler = this::onMessage;
  private @Nullable LogReader recovering;
  private int recoveredTo; // offset in the batch at hand of the journal
  private boolean isFull;
  private @Nullable BatchBuffer batch;
  private boolean isDue; // the batch at hand is to be appended before anything is read
  private long batchWatermarkNs;
  private long elapsedNs;
  private long begunNs;
  private long wallNs;
  private long lookedNs;

  private long[] tickets = new long[64]; // of records of the batch at hand
  private long[] positions = new long[64];
  private int ticketCount;
  private long toldLate;
  private boolean hasDeployment; // the batch at hand
  private volatile boolean isAsked; // how it stands
  private volatile IntakeStatus status;
  private volatile @Nullable IntakeStatus statusAtStart;

  /**
   * @param shards readers of {@link #batches}
   * @param aheadNs how far in the future a live source's event may be, by the wall clock
   * @param tickNs how often stream time moves while all sources are silent
   */
  public Journaler(
      Log journal,
      Intake intake,
      RecordRing ring,
      int shards,
      Listener listener,
      EpochNanoClock wallClock,
      NanoClock elapsedClock,
      long aheadNs,
      long tickNs) {
    this.journal = journal;
    this.intake = intake;
    this.ring = ring;
    this.batches = new Batches(shards, CAPACITY);
    this.listener = listener;
    this.wallClock = wallClock;
    this.elapsedClock = elapsedClock;
    this.aheadNs = aheadNs;
    this.tickNs = tickNs;
    this.recovering = journal.reader(intake.position());
    this.status = intake.status(0);
  }

  public Batches batches() {
    return batches;
  }

  @Override
  public String roleName() {
    return "journaler";
  }

  @Override
  public int doWork() {
    if (isAsked) {
      status = intake.status(elapsedClock.nanoTime());
      isAsked = false;
    }
    if (recovering != null) {
      return recover(recovering);
    }
    elapsedNs = elapsedClock.nanoTime();
    int work = 0;
    if (!isDue) {
      if (batch == null) {
        batch = batches.claim();
        if (batch == null) {
          return syncIfDue();
        }
        intake.watermarks().batchBegins();
      }
      begunNs = elapsedNs;
      wallNs = wallClock.nanoTime();
      work = ring.read(handler, Integer.MAX_VALUE);
      tick();
    }
    BatchBuffer full = batch;
    if (full != null && !full.isEmpty()) {
      work += append(full) ? 1 : 0;
    }
    tellTickets();
    return work + syncIfDue();
  }

  private int syncIfDue() {
    return journal.syncIfDue(wallClock.nanoTime()) ? 1 : 0;
  }

  private boolean append(BatchBuffer full) {
    isDue = true;
    if (journal.append(full, batchWatermarkNs, wallNs) == Log.Appended.DISK_FULL) {
      noteDisk(true);
      return false;
    }
    noteDisk(false);
    isDue = false;
    tellTickets();
    tellLate(full);
    tellDeployments(full);
    batch = null;
    batches.publish();
    listener.onAppended(journal.nextPosition(), batchWatermarkNs);
    return true;
  }

  private void noteDisk(boolean full) {
    if (isFull != full) {
      isFull = full;
      listener.onDiskFull(full);
    }
  }

  // ---- what comes from the ring
  // -------------------------------------------------------------------

  private Action onMessage(int kind, MutableDirectBuffer buffer, int index, int size) {
    BatchBuffer to = batch;
    if (to == null || to.offset() >= BATCH_BYTES) {
      return Action.ABORT;
    }
    long ticket = buffer.getLong(index);
    int at = index + Long.BYTES;
    switch (kind) {
      case RecordRing.EVENT -> event(to, ticket, buffer, at);
      case RecordRing.CONTROL -> {
        return control(to, ticket, buffer, at) ? Action.CONTINUE : Action.ABORT;
      }
      case RecordRing.SOURCE_END -> sourceEnd(to, (int) buffer.getLong(at));
      case RecordRing.STREAM_END -> streamEnd(to, buffer.getLong(at));
      case RecordRing.CUT -> listener.onCut(intake);
      case RecordRing.MARK -> hold(ticket, intake.position());
      default -> throw new IllegalStateException("unknown message: kind=" + kind + " size=" + size);
    }
    return Action.CONTINUE;
  }

  private void event(BatchBuffer to, long ticket, MutableDirectBuffer buffer, int at) {
    int length = RecordLayout.length(buffer, at);
    int source = RecordLayout.sourceId(buffer, at);
    if (aheadNs < RecordLayout.time(buffer, at) - wallNs && isLive(source)) {
      listener.onRefused(buffer, at, length, "more than `ahead` in the future");
      hold(ticket, REFUSED);
      return;
    }
    hold(ticket, intake.position());
    batchWatermarkNs = intake.take(buffer, at, elapsedNs);
    if (!to.add(buffer, at, length)) {
      throw new IllegalStateException("no room for a record: bytes=" + length);
    }
  }

  private boolean isLive(int source) {
    return intake.watermarks().source(source).spec.isLive();
  }

  /** A control record may be longer than a batch is: then it gets a wider one. */
  private boolean control(BatchBuffer to, long ticket, MutableDirectBuffer buffer, int at) {
    int length = RecordLayout.length(buffer, at);
    BatchBuffer room = to;
    if (to.capacity() - to.offset() < length) {
      if (!to.isEmpty()) {
        return false;
      }
      room = batches.widen(BatchLayout.BATCH_BYTES_MAX);
      batch = room;
    }
    hold(ticket, intake.position());
    hasDeployment |= ControlRecord.kind(buffer, at) == ControlRecord.DEPLOYMENT;
    batchWatermarkNs = intake.control();
    int own = room.offset();
    room.add(buffer, at, length);
    stamp(room, own);
    return true;
  }

  private void sourceEnd(BatchBuffer to, int source) {
    batchWatermarkNs = intake.endOfSource(source);
    write(to, ControlRecord.SOURCE_END, source, 0, 0);
  }

  private void streamEnd(BatchBuffer to, long untilNs) {
    long end = intake.endOfStream(untilNs);
    if (end != Long.MIN_VALUE) {
      batchWatermarkNs = intake.watermarkNs();
      write(to, ControlRecord.STREAM_END, 0, end, 0);
    }
  }

  /** A tick, where sources are silent; looked for at most four times a tick. */
  private void tick() {
    BatchBuffer to = batch;
    Watermarks watermarks = intake.watermarks();
    if (to == null || !watermarks.hasLive() || elapsedNs - lookedNs < tickNs / 4) {
      return;
    }
    lookedNs = elapsedNs;
    if (body.capacity() < watermarks.tickBytesMax()) {
      body.wrap(new byte[watermarks.tickBytesMax() * 2]);
    }
    int length = watermarks.tick(body, elapsedNs, tickNs);
    if (length > 0) {
      batchWatermarkNs = intake.control();
      write(to, ControlRecord.TICK, 0, 0, length);
    }
  }

  private void write(BatchBuffer to, int kind, int source, long timeNs, int bodyLength) {
    int at = to.offset();
    int length = ControlRecord.write(to.buffer(), at, kind, source, timeNs, body, 0, bodyLength);
    to.added(length);
    stamp(to, at);
  }

  private void stamp(BatchBuffer to, int at) {
    RecordLayout.stampWatermark(to.buffer(), at, batchWatermarkNs);
  }

  private void hold(long ticket, long position) {
    if (ticket == RecordRing.NO_TICKET) {
      return;
    }
    if (ticketCount == tickets.length) {
      tickets = Arrays.copyOf(tickets, ticketCount * 2);
      positions = Arrays.copyOf(positions, ticketCount * 2);
    }
    tickets[ticketCount] = ticket;
    positions[ticketCount++] = position;
  }

  /** Tells of late records, if there are new ones. */
  private void tellLate(BatchBuffer in) {
    if (intake.late() == toldLate) {
      return;
    }
    toldLate = intake.late();
    DirectBuffer buffer = in.buffer();
    for (int at = in.recordsOffset(); at < in.offset(); at += RecordLayout.length(buffer, at)) {
      boolean isLate =
          buffer.getByte(at + RecordLayout.VERDICT_OFFSET) == RecordLayout.VERDICT_LATE;
      if (isLate && !ControlRecord.is(buffer, at)) {
        listener.onLate(buffer, at);
      }
    }
  }

  private void tellDeployments(BatchBuffer in) {
    if (!hasDeployment) {
      return;
    }
    hasDeployment = false;
    DirectBuffer buffer = in.buffer();
    for (int at = in.recordsOffset(); at < in.offset(); at += RecordLayout.length(buffer, at)) {
      if (ControlRecord.is(buffer, at, ControlRecord.DEPLOYMENT)) {
        listener.onDeployment(buffer, at);
      }
    }
  }

  /** Tells who waits, once the records stand in the journal. */
  private void tellTickets() {
    if (isDue) {
      return;
    }
    for (int i = 0; i < ticketCount; i++) {
      listener.onTicket(tickets[i], positions[i]);
    }
    ticketCount = 0;
  }

  // ---- what the journal has
  // -----------------------------------------------------------------------

  private int recover(LogReader reader) {
    BatchBuffer to = batches.claim();
    if (to == null) {
      return 0;
    }
    if (recoveredTo == 0) {
      if (!reader.next()) {
        recovered(reader);
        return 1;
      }
      if (reader.batch().isGap()) {
        throw new InputException(
            "the journal was repaired: positions "
                + reader.batch().firstPosition()
                + " to "
                + (reader.batch().endPosition() - 1)
                + " are lost, so alerts cannot be the same; begin a new data folder");
      }
      recoveredTo = reader.batch().recordsOffset();
    }
    BatchView from = reader.batch();
    DirectBuffer records = from.buffer();
    int end = from.recordsEnd();
    while (recoveredTo < end) {
      int length = RecordLayout.length(records, recoveredTo);
      if (RecordLayout.position(records, recoveredTo) >= intake.position()) {
        if (to.offset() >= BATCH_BYTES) {
          break;
        }
        if (!to.add(records, recoveredTo, length)) {
          if (!to.isEmpty()) {
            break;
          }
          to = batches.widen(BatchLayout.BATCH_BYTES_MAX);
          to.add(records, recoveredTo, length);
        }
        intake.restore(records, recoveredTo);
        hasDeployment |= ControlRecord.is(records, recoveredTo, ControlRecord.DEPLOYMENT);
      }
      recoveredTo += length;
    }
    if (recoveredTo == end) {
      recoveredTo = 0;
    }
    if (!to.isEmpty()) {
      tellLate(to);
      tellDeployments(to);
      batches.publish();
      listener.onAppended(intake.position(), intake.watermarkNs());
    }
    return 1;
  }

  private void recovered(LogReader reader) {
    reader.close();
    recovering = null;
    elapsedNs = elapsedClock.nanoTime();
    batchWatermarkNs = intake.watermarkNs();
    intake.watermarks().live(elapsedNs);
    statusAtStart = intake.status(elapsedNs);
    listener.onRecovered();
  }

  @Override
  public void onClose() {
    if (recovering != null) {
      recovering.close();
    }
  }

  // ---- preambles
  // ----------------------------------------------------------------------------------

  /**
   * Writes where sources and stream time stood before the batch that is being appended, as a
   * control record of kind {@link ControlRecord#SOURCES}; for the preamble of a segment.
   *
   * <pre>
   *  body: int64 watermark | int32 sources | for each: int32 bytes of its name, UTF-8 name,
   *        int8 ended, int32 partitions | for each: int64 greatest event time, int8 idle,
   *        int64 place, int64 position of the last record
   * </pre>
   */
  public void writeSources(BatchBuffer to) {
    byte[] text = sourcesBody();
    UnsafeBuffer source = new UnsafeBuffer(text);
    int at = to.offset();
    int length =
        ControlRecord.write(to.buffer(), at, ControlRecord.SOURCES, 0, 0, source, 0, text.length);
    RecordLayout.stampWatermark(to.buffer(), at, intake.watermarks().streamBeforeNs());
    to.added(length);
  }

  private byte[] sourcesBody() {
    Watermarks now = intake.watermarks();
    org.agrona.ExpandableArrayBuffer out = new org.agrona.ExpandableArrayBuffer(256);
    out.putLong(0, now.streamBeforeNs(), ByteOrder.LITTLE_ENDIAN);
    out.putInt(8, now.count(), ByteOrder.LITTLE_ENDIAN);
    int at = 12;
    for (int s = 0; s < now.count(); s++) {
      SourceState state = now.beforeBatch(s);
      byte[] name = state.spec.name().getBytes(java.nio.charset.StandardCharsets.UTF_8);
      out.putInt(at, name.length, ByteOrder.LITTLE_ENDIAN);
      out.putBytes(at + 4, name);
      at += 4 + name.length;
      out.putByte(at, (byte) (state.isEnded ? 1 : 0));
      out.putInt(at + 1, state.partitions, ByteOrder.LITTLE_ENDIAN);
      at += 5;
      for (int p = 0; p < state.partitions; p++) {
        out.putLong(at, state.greatestNs[p], ByteOrder.LITTLE_ENDIAN);
        out.putByte(at + 8, (byte) (state.isIdle[p] ? 1 : 0));
        out.putLong(at + 9, state.place[p], ByteOrder.LITTLE_ENDIAN);
        out.putLong(at + 17, state.position[p], ByteOrder.LITTLE_ENDIAN);
        at += 25;
      }
    }
    byte[] bytes = new byte[at];
    out.getBytes(0, bytes);
    return bytes;
  }

  /**
   * Asks for a new {@link #status}; it is there once {@link #isAsked} is false again, within a turn
   * of the journaler. Any thread.
   */
  public void ask() {
    isAsked = true;
  }

  public boolean isAsked() {
    return isAsked;
  }

  /** How the intake stood when somebody last asked. Any thread. */
  public IntakeStatus status() {
    return status;
  }

  /** How the intake stood when the journal had been read; null before. Any thread. */
  public @Nullable IntakeStatus statusAtStart() {
    return statusAtStart;
  }

  /** When the batch at hand was taken from the ring: elapsed time. Owner's thread. */
  public long begunNs() {
    return begunNs;
  }
}
