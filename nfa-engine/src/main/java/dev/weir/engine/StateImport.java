package dev.weir.engine;

import dev.weir.engine.FeatureProgram.Feed;
import dev.weir.event.Hashing;
import dev.weir.event.RecordLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes live state into a new engine, in the chunks that {@link Engine#exportState} gave: all of
 * one engine, or of several that shared the key groups and stood at the same record, one engine's
 * chunks after the other's. What belongs to other key groups is passed over. Owned by the engine's
 * thread; after an exception neither this nor the engine may be used again.
 */
public final class StateImport {
  private final Engine.LiveState live;
  private final Engine engine;
  private final MatchState matches;
  private final FeatureState features;
  private final int engines;
  private final SectionReader from;
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[0]);
  private final List<List<Entry>> entries = new ArrayList<>(); // by feed; only of several engines
  private int enginesSeen;
  private final @Nullable Transfer transfer; // null: of the same program
  private boolean isFinished;

  /** An entry of a feed's log. */
  private record Entry(long timeNs, byte[] bytes) {}

  StateImport(
      Engine engine,
      Engine.LiveState live,
      MatchState matches,
      FeatureState features,
      int count,
      @Nullable Transfer transfer) {
    this.transfer = transfer;
    this.engine = engine;
    this.live = live;
    this.matches = matches;
    this.features = features;
    this.engines = count;
    Program writer = transfer == null ? live.program() : transfer.from();
    this.from = new SectionReader(writer.fingerprint());
  }

  /**
   * Takes the next chunk.
   *
   * @throws BadChunkException if it is damaged, of another version of Weir, of other rules, or not
   *     the one that comes next
   */
  public void onChunk(DirectBuffer buffer, int offset, int length) {
    if (isFinished) {
      throw new IllegalStateException("the state was taken in before");
    }
    if (!from.add(buffer, offset, length)) {
      return;
    }
    int kind = from.kind();
    if (enginesSeen == 0 && kind != ChunkLayout.ENGINE) {
      throw SectionReader.bad("the first one is missing");
    }
    try {
      switch (kind) {
        case ChunkLayout.ENGINE -> readEngine();
        case ChunkLayout.HELD -> readHeld();
        case ChunkLayout.LOG -> readLog();
        case ChunkLayout.KEY -> readKey();
        default -> throw SectionReader.bad("no such kind: kind=" + kind);
      }
    } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
      throw new BadChunkException("a chunk of state cannot be read: its content is wrong", e);
    }
    if (!from.isAtEnd()) {
      throw SectionReader.bad("it goes on behind its end");
    }
  }

  /**
   * All chunks were given; the engine takes records now.
   *
   * @throws BadChunkException if some are missing
   */
  public void finish() {
    if (enginesSeen != engines || !from.isWhole()) {
      throw SectionReader.bad(
          "the last one is missing: engines=" + enginesSeen + ", expected=" + engines);
    }
    for (int f = 0; f < entries.size(); f++) {
      // a key's entries come in order, as they are of one engine: the sort is stable
      entries.get(f).sort(Comparator.comparingLong(Entry::timeNs));
      for (Entry entry : entries.get(f)) {
        from.read(entry.bytes());
        readEntry(f);
      }
    }
    entries.clear();
    isFinished = true;
    engine.imported();
  }

  private void readEngine() {
    long lastPosition = from.getLong();
    long watermarkNs = from.getLong();
    long sequence = from.getLong();
    long arrivalNs = from.getLong();
    long nowNs = from.getLong();
    long arrivalNowNs = from.getLong();
    boolean counts = live.owned().contains(from.getInt());
    if (enginesSeen > 0
        && (lastPosition != live.lastPosition()
            || watermarkNs != live.watermarkNs()
            || sequence != live.sequence()
            || arrivalNs != live.arrivalNs()
            || nowNs != live.features().nowNs(Program.ON_WATERMARK)
            || arrivalNowNs != live.features().nowNs(Program.ON_ARRIVAL))) {
      throw SectionReader.bad("its engine stood at another record than the one before");
    }
    if (transfer == null) {
      for (long[] counters : live.counters()) {
        from.addLongs(counters, counts);
      }
    } else {
      transfer.readCounters(from, live);
    }
    if (enginesSeen == 0) {
      engine.restore(lastPosition, watermarkNs, arrivalNs, sequence);
      live.features().restoreNow(Program.ON_WATERMARK, nowNs);
      live.features().restoreNow(Program.ON_ARRIVAL, arrivalNowNs);
    }
    enginesSeen++;
  }

  private void readHeld() {
    while (from.getByte() == StateExport.ENTRY) {
      int length = from.getLength();
      int at = from.skip(length);
      if (length < RecordLayout.NULLS_OFFSET || RecordLayout.length(from.content(), at) != length) {
        throw SectionReader.bad("a record that waits has a wrong length: bytes=" + length);
      }
      live.held().add(from.content(), at, length);
    }
  }

  private void readLog() {
    int f = from.area();
    if (transfer != null) {
      readLog(transfer, f);
      return;
    }
    Feed[] feeds = live.program().feeds;
    if (f < 0 || f >= feeds.length || feeds[f].lastSeen() >= 0) {
      throw SectionReader.bad("no such feature with a window: feed=" + f);
    }
    while (from.getByte() == StateExport.ENTRY) {
      if (engines == 1) {
        readEntry(f);
      } else {
        keepEntry(f);
      }
    }
  }

  /** Each entry goes to every feed of the same events. */
  private void readLog(Transfer moved, int f) {
    int[] kept = moved.fields(f);
    while (from.getByte() == StateExport.ENTRY) {
      int begin = from.at();
      for (int target : moved.feeds(f)) {
        from.at(begin);
        long timeNs = from.getLong();
        int row = readRow(live.program().feeds[target].space());
        features.readEntry(from, kept, target, timeNs, row);
      }
    }
  }

  private void readEntry(int f) {
    long timeNs = from.getLong();
    int row = readRow(live.program().feeds[f].space());
    if (row == Arena.NULL) {
      features.skipEntry(from, f);
    } else {
      features.readEntry(from, f, timeNs, row);
    }
  }

  private void keepEntry(int f) {
    int begin = from.at();
    long timeNs = from.getLong();
    from.skip(from.getLength());
    features.skipEntry(from, f);
    byte[] bytes = new byte[from.at() - begin];
    from.content().getBytes(begin, bytes);
    while (entries.size() <= f) {
      entries.add(new ArrayList<>());
    }
    entries.get(f).add(new Entry(timeNs, bytes));
  }

  private void readKey() {
    int space = from.area();
    if (transfer != null) {
      readKey(transfer);
      return;
    }
    if (space < 0 || space >= live.spaces().length) {
      throw SectionReader.bad("no such kind of key: space=" + space);
    }
    if (!live.owned().contains(from.group())) {
      from.skipAll();
      return;
    }
    int row = readRow(space);
    if (row == Arena.NULL) {
      throw SectionReader.bad("its key belongs to another group: group=" + from.group());
    }
    for (int block = from.getByte(); block != StateExport.END; block = from.getByte()) {
      switch (block) {
        case StateExport.MATCH_RULE ->
            matches.read(from, live.program().rules, live.spaces()[space], space, row);
        case StateExport.WHEN_RULE -> readWhen(space, row);
        case StateExport.FEED -> features.read(from, live.spaces(), space, row);
        default -> throw SectionReader.bad("no such block: kind=" + block);
      }
    }
  }

  /** A key's rules and feeds may be of several kinds of key in the other program. */
  private void readKey(Transfer moved) {
    byte[] bytes = new byte[from.getLength()];
    from.content().getBytes(from.skip(bytes.length), bytes);
    for (int block = from.getByte(); block != StateExport.END; block = from.getByte()) {
      int number = from.getInt();
      if (block == StateExport.FEED) {
        int begin = from.at();
        for (int target : moved.feeds(number)) {
          from.at(begin);
          int space = live.program().feeds[target].space();
          features.read(from, target, live.spaces(), space, rowOf(bytes, space));
        }
        continue;
      }
      RuleProgram rule = moved.rule(number);
      int row = rowOf(bytes, rule.space);
      if (block == StateExport.MATCH_RULE) {
        matches.read(from, rule, live.spaces()[rule.space], rule.space, row);
      } else {
        readWhen(rule, rule.space, row);
      }
    }
  }

  private int rowOf(byte[] bytes, int space) {
    key.wrap(bytes);
    long hash = Hashing.hash64(key, 0, bytes.length);
    int row = live.spaces()[space].find(key, bytes.length, hash);
    return row == Arena.NULL ? live.spaces()[space].add(key, bytes.length, hash) : row;
  }

  private void readWhen(int space, int row) {
    int index = from.getInt();
    RuleProgram[] rules = live.program().rules;
    if (index < 0 || index >= rules.length || !rules[index].isWhen) {
      throw SectionReader.bad("no such when rule: rule=" + index);
    }
    readWhen(rules[index], space, row);
  }

  private void readWhen(RuleProgram rule, int space, int row) {
    int word = row + KeySpace.STATE + rule.slot;
    if (rule.space != space || live.arena().get(word) != 0) {
      throw SectionReader.bad("a key of another kind, or twice: rule=" + rule.index);
    }
    live.arena().put(word, 1);
    live.spaces()[space].retain(row);
  }

  /** Reads a key; its row, made where there is none, or {@link Arena#NULL} if it is of others. */
  private int readRow(int space) {
    int length = from.getLength();
    key.wrap(from.content(), from.skip(length), length);
    long hash = Hashing.hash64(key, 0, length);
    if (!live.owned().contains(KeyGroups.groupOf(hash))) {
      return Arena.NULL;
    }
    int row = live.spaces()[space].find(key, length, hash);
    return row == Arena.NULL ? live.spaces()[space].add(key, length, hash) : row;
  }
}
