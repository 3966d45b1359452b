package dev.weir.engine;

import dev.weir.dsl.plan.FeaturePlan.Function;
import dev.weir.engine.FeatureProgram.Feed;
import dev.weir.engine.FeatureProgram.Window;
import dev.weir.event.EventReader;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Rolling features, exact at every instant. An event is admitted once: it is appended to the log of
 * its feed with the values that its features need; each window is a cursor over the log that takes
 * the expired events out again. What a function keeps of a window can be added to and taken from;
 * see {@link Sums}, {@link ValueQueue}, {@link Histogram}, {@link DistinctTable}. The cost of an
 * event is that of the features it feeds plus one expiry for each window, amortised. Owned by one
 * thread.
 *
 * <pre>
 *  state of a feature in a row:
 *   count              count
 *   sum                low, high half of the sum
 *   avg                low, high half of the sum; count
 *   stddev             count; sum, two words; sum of squares, three words
 *   min max            windowed: queue; ever: value, count
 *   percentile         histogram
 *   distinct           table (low) | different values (high)
 *   prev, first, last  0 none, 1 value, 2 missing (low) | words of the block of bytes (high); value,
 *                      or block (low) and length (high); first and last of a window: queue
 *  log entry: time, or that at which its piece begins; row; null bitmap; a word a column: value, for
 *             distinct the value's node, for the first or last text block (low) and length (high)
 * </pre>
 */
final class Features {
  /** A last-seen time is kept xor this, so that 0 stands for never. */
  private static final long SEEN = Long.MIN_VALUE;

  // what is kept of the key's last event
  static final int ABSENT = 0;
  static final int PRESENT = 1;
  private static final int MISSING = 2;

  private final Arena arena;
  private final Feed[] feeds;
  private final int[][][] feedsOfType; // by mode and type
  private final FeatureProgram[] features;
  private final long[] keepNs; // by feature; of those without window
  private final int[] lastSeen;
  private final KeySpace[] spaces;
  private final Keys keys;
  private final Predicates predicates;
  private final DistinctTable distinct;
  private final ValueQueue queue;
  private final Histogram histogram;
  private final StandardDeviation deviation = new StandardDeviation();

  private final Fifo[] logs; // by feed; of entries, or of (time, row) to look for silent keys
  private final long[][] cursors; // by feed and window: number of the first entry inside
  // by mode
  private final long[] nextExpiryNs = {Long.MAX_VALUE, Long.MAX_VALUE}; // nothing leaves before
  private final long[] nowNs = {Long.MIN_VALUE, Long.MIN_VALUE};

  // values before the event at hand, of features that it feeds
  private final long[] beforeEvent;
  private final int[] beforeRow;
  private final boolean[] beforeMissing;
  private final long[] beforeRaw;
  private final long[] beforeDenominator;
  private final UnsafeBuffer[] beforeBytes;
  private final int[] beforeLength;
  private long eventNumber;

  // the value last read
  private boolean missing;
  private boolean isBytes;
  private long raw;
  private long denominator;
  private DirectBuffer buffer = new UnsafeBuffer(new byte[0]);
  private int offset;
  private int length;

  Features(
      Arena arena,
      Feed[] feeds,
      int[][][] feedsOfType,
      FeatureProgram[] features,
      KeySpace[] spaces,
      Keys keys,
      Predicates predicates) {
    this.arena = arena;
    this.feeds = feeds;
    this.feedsOfType = feedsOfType;
    this.features = features;
    this.spaces = spaces;
    this.keys = keys;
    this.predicates = predicates;
    this.distinct = new DistinctTable(arena);
    this.queue = new ValueQueue(arena);
    this.histogram = new Histogram(arena);
    this.logs = new Fifo[feeds.length];
    this.cursors = new long[feeds.length][];
    this.keepNs = new long[features.length];
    this.lastSeen = new int[features.length];
    Arrays.fill(lastSeen, -1);
    for (int f = 0; f < feeds.length; f++) {
      logs[f] = new Fifo(arena, feeds[f].entryWords());
      cursors[f] = new long[feeds[f].windows().size()];
      for (FeatureProgram feature : feeds[f].features()) {
        keepNs[feature.id()] = feeds[f].keepNs();
        lastSeen[feature.id()] = feeds[f].lastSeen();
      }
    }
    int n = features.length;
    this.beforeEvent = new long[n];
    this.beforeRow = new int[n];
    this.beforeMissing = new boolean[n];
    this.beforeRaw = new long[n];
    this.beforeDenominator = new long[n];
    this.beforeBytes = new UnsafeBuffer[n];
    Arrays.setAll(beforeBytes, i -> new UnsafeBuffer(new byte[0]));
    this.beforeLength = new int[n];
  }

  // ---- time -------------------------------------------------------------------------------------

  /** Takes out of every window what is too old at this time. Times never fall. */
  void advanceTo(int mode, long timeNs) {
    nowNs[mode] = timeNs;
    if (timeNs < nextExpiryNs[mode]) {
      return;
    }
    long next = Long.MAX_VALUE;
    for (int f = 0; f < feeds.length; f++) {
      if (feeds[f].mode() == mode) {
        next = Math.min(next, feeds[f].lastSeen() >= 0 ? forgetSilent(f) : expire(f));
      }
    }
    nextExpiryNs[mode] = next;
  }

  /** Moves the cursors of a feed; returns when the next entry leaves a window. */
  private long expire(int f) {
    Fifo log = logs[f];
    List<Window> windows = feeds[f].windows();
    long next = Long.MAX_VALUE;
    for (int w = 0; w < windows.size(); w++) {
      Window window = windows.get(w);
      long cursor = Math.max(cursors[f][w], log.head());
      while (cursor < log.end()) {
        int entry = log.entry(cursor);
        long leavesNs = arena.get(entry) + window.lengthNs();
        if (leavesNs > nowNs[feeds[f].mode()]) {
          next = Math.min(next, leavesNs);
          break;
        }
        int row = arena.low(entry + 1);
        for (FeatureProgram feature : window.features()) {
          remove(feature, feeds[f], row, entry, cursor);
        }
        cursor++;
      }
      cursors[f][w] = cursor;
    }
    long slowest = cursors[f][windows.size() - 1]; // the longest window stands last
    while (!log.isEmpty() && log.head() < slowest) {
      spaces[feeds[f].space()].release(arena.low(log.entry(log.head()) + 1));
      log.removeFirst();
    }
    return next;
  }

  /** Forgets keys that were silent for the feed's keep time; looks at a key once a keep time. */
  private long forgetSilent(int f) {
    Feed feed = feeds[f];
    Fifo watch = logs[f];
    while (!watch.isEmpty()) {
      int entry = watch.entry(watch.head());
      long dueNs = arena.get(entry) + feed.keepNs();
      if (dueNs > nowNs[feed.mode()]) {
        return dueNs;
      }
      int row = arena.low(entry + 1);
      long seenNs = arena.get(row + feed.lastSeen()) ^ SEEN;
      watch.removeFirst();
      if (nowNs[feed.mode()] - seenNs >= feed.keepNs()) {
        forget(feed, row);
        arena.put(row + feed.lastSeen(), 0);
        spaces[feed.space()].release(row);
      } else {
        watch(watch, row, nowNs[feed.mode()]);
      }
    }
    return Long.MAX_VALUE;
  }

  private void watch(Fifo watch, int row, long timeNs) {
    int entry = watch.append();
    arena.put(entry, timeNs);
    arena.put(entry + 1, row);
  }

  /** A deadline is at hand: every event so far lies before it. */
  void noEvent() {
    eventNumber++;
  }

  // ---- taking an event --------------------------------------------------------------------------

  /** Takes the event at hand into the features that it feeds. */
  void take(int mode, EventReader event) {
    eventNumber++;
    for (int f : feedsOfType[mode][event.typeId()]) {
      Feed feed = feeds[f];
      if (feed.lastSeen() >= 0) {
        takeForEver(feed, logs[f], event);
      } else if (predicates.holds(feed.filter()) && keys.isOwned(feed.key())) {
        takeIntoWindows(feed, logs[f], event);
      }
    }
  }

  private void takeIntoWindows(Feed feed, Fifo log, EventReader event) {
    int row = keys.findOrAdd(feed.key());
    rememberBefore(feed, row);
    int entry = append(feed, log, row, event);
    long number = log.end() - 1;
    List<Window> windows = feed.windows();
    for (int w = 0; w < windows.size(); w++) {
      nextExpiryNs[feed.mode()] =
          Math.min(nextExpiryNs[feed.mode()], arena.get(entry) + windows.get(w).lengthNs());
      for (FeatureProgram feature : windows.get(w).features()) {
        add(feature, feed, row, event, entry, number);
      }
    }
  }

  /** A new entry of the feed's log, without values. */
  private int append(Feed feed, Fifo log, int row, EventReader event) {
    int entry = log.append();
    arena.put(entry, feed.pieceNs(event.timeNs()));
    arena.put(entry + 1, row);
    for (int i = 0; i < feed.bitmapWords(); i++) {
      arena.put(entry + 2 + i, 0);
    }
    spaces[feed.space()].retain(row);
    return entry;
  }

  private void takeForEver(Feed feed, Fifo watch, EventReader event) {
    if (!keys.isOwned(feed.key())) {
      return;
    }
    boolean passes = predicates.holds(feed.filter());
    int row = passes ? keys.findOrAdd(feed.key()) : keys.find(feed.key());
    if (row == Arena.NULL) {
      return; // nothing is kept, nothing has to live longer
    }
    long seen = arena.get(row + feed.lastSeen());
    long now = nowNs[feed.mode()];
    if (seen != 0 && now - (seen ^ SEEN) >= feed.keepNs()) {
      forget(feed, row);
    }
    rememberBefore(feed, row);
    if (seen == 0) {
      if (!passes) {
        return;
      }
      spaces[feed.space()].retain(row);
      watch(watch, row, now);
      nextExpiryNs[feed.mode()] =
          Math.min(nextExpiryNs[feed.mode()], saturatedSum(now, feed.keepNs()));
    }
    arena.put(row + feed.lastSeen(), now ^ SEEN);
    if (passes) {
      for (FeatureProgram feature : feed.features()) {
        addForEver(feature, row, event);
      }
    }
  }

  static long saturatedSum(long a, long b) {
    long sum = a + b;
    return ((a ^ sum) & (b ^ sum)) < 0 ? Long.MAX_VALUE : sum;
  }

  private void add(
      FeatureProgram feature, Feed feed, int row, EventReader event, int entry, long number) {
    int state = row + feature.state();
    int field = feature.field();
    if (field < 0) {
      arena.put(state, arena.get(state) + 1);
      return;
    }
    int column = feature.column();
    if (event.isMissing(field)) {
      int word = entry + 2 + (column >>> 6);
      arena.put(word, arena.get(word) | 1L << column);
      return;
    }
    int cell = entry + 2 + feed.bitmapWords() + column;
    switch (feature.function()) {
      case SUM, AVG, STDDEV, PERCENTILE -> {
        long value = event.slot(field);
        arena.put(cell, value);
        count(feature, state, value);
      }
      case MIN, MAX, FIRST, LAST -> {
        long value = feature.isBytes() ? block(event, field) : event.slot(field);
        arena.put(cell, value);
        queue.add(state, value, number, asked(feature.function()));
      }
      case DISTINCT -> arena.put(cell, distinct.add(state, event, field, feature.isBytes()));
      case COUNT, PREV -> throw new IllegalStateException("not of a field: " + feature.function());
    }
  }

  private void remove(FeatureProgram feature, Feed feed, int row, int entry, long number) {
    int state = row + feature.state();
    if (feature.field() < 0) {
      arena.put(state, arena.get(state) - 1);
      return;
    }
    int column = feature.column();
    if ((arena.get(entry + 2 + (column >>> 6)) & 1L << column) != 0) {
      return;
    }
    long kept = arena.get(entry + 2 + feed.bitmapWords() + column);
    switch (feature.function()) {
      case SUM -> Sums.subtract(arena, state, kept);
      case AVG -> {
        Sums.subtract(arena, state, kept);
        arena.put(state + 2, arena.get(state + 2) - 1);
      }
      case STDDEV -> {
        arena.put(state, arena.get(state) - 1);
        Sums.subtract(arena, state + 1, kept);
        Sums.subtractSquare(arena, state + 3, kept);
      }
      case PERCENTILE -> histogram.remove(state, kept);
      case MIN, MAX, FIRST, LAST -> {
        queue.remove(state, number);
        if (feature.isBytes()) {
          free(kept);
        }
      }
      case DISTINCT -> distinct.remove(state, (int) kept, feature.isBytes());
      case COUNT, PREV -> throw new IllegalStateException("not of a field: " + feature.function());
    }
  }

  /** Adds a value to a sum or to counts. */
  private void count(FeatureProgram feature, int state, long value) {
    switch (feature.function()) {
      case SUM -> Sums.add(arena, state, value);
      case AVG -> {
        Sums.add(arena, state, value);
        arena.put(state + 2, arena.get(state + 2) + 1);
      }
      case STDDEV -> {
        arena.put(state, arena.get(state) + 1);
        Sums.add(arena, state + 1, value);
        Sums.addSquare(arena, state + 3, value);
      }
      default -> histogram.add(state, value);
    }
  }

  private static ValueQueue.Asked asked(Function function) {
    return switch (function) {
      case MIN -> ValueQueue.Asked.LEAST;
      case MAX -> ValueQueue.Asked.GREATEST;
      case FIRST -> ValueQueue.Asked.FIRST;
      default -> ValueQueue.Asked.LAST;
    };
  }

  /** A block with the bytes of the field: its address (low) and their number (high). */
  private long block(EventReader event, int field) {
    int size = event.textLength(field);
    int block = arena.allocate(Math.max(1, Arena.wordsFor(size)));
    arena
        .buffer(block)
        .putBytes(Arena.byteOffset(block), event.buffer(), event.textOffset(field), size);
    return (long) size << 32 | block;
  }

  private void free(long block) {
    arena.free((int) block, Math.max(1, Arena.wordsFor((int) (block >>> 32))));
  }

  private void addForEver(FeatureProgram feature, int row, EventReader event) {
    int state = row + feature.state();
    int field = feature.field();
    if (feature.function() == Function.PREV) {
      putPrevious(state, event, field, feature.isBytes());
      return;
    }
    if (field < 0) {
      arena.put(state, arena.get(state) + 1);
      return;
    }
    if (event.isMissing(field)) {
      return;
    }
    switch (feature.function()) {
      case SUM, AVG, STDDEV, PERCENTILE -> count(feature, state, event.slot(field));
      case MIN, MAX -> {
        long value = event.slot(field);
        if (arena.get(state + 1) == 0
            || asked(feature.function()).outlives(value, arena.get(state))) {
          arena.put(state, value);
        }
        arena.put(state + 1, arena.get(state + 1) + 1);
      }
      case FIRST -> {
        if (arena.low(state) == ABSENT) {
          putPrevious(state, event, field, feature.isBytes());
        }
      }
      case LAST -> putPrevious(state, event, field, feature.isBytes());
      case DISTINCT -> distinct.add(state, event, field, feature.isBytes());
      case COUNT, PREV -> throw new IllegalStateException("not of a field: " + feature.function());
    }
  }

  void putPrevious(int state, EventReader event, int field, boolean bytes) {
    dropPrevious(state, bytes);
    if (event.isMissing(field)) {
      arena.put(state, MISSING);
      return;
    }
    if (!bytes) {
      arena.put(state, PRESENT);
      arena.put(state + 1, event.slot(field));
      return;
    }
    int size = event.textLength(field);
    int words = Math.max(1, Arena.wordsFor(size));
    int block = arena.allocate(words);
    arena
        .buffer(block)
        .putBytes(Arena.byteOffset(block), event.buffer(), event.textOffset(field), size);
    arena.putLow(state, PRESENT);
    arena.putHigh(state, words);
    arena.putLow(state + 1, block);
    arena.putHigh(state + 1, size);
  }

  private void dropPrevious(int state, boolean bytes) {
    if (bytes && arena.low(state) == PRESENT) {
      arena.free(arena.low(state + 1), arena.high(state));
    }
    arena.put(state, ABSENT);
  }

  private void forget(Feed feed, int row) {
    for (FeatureProgram feature : feed.features()) {
      int state = row + feature.state();
      switch (feature.function()) {
        case PREV, FIRST, LAST -> dropPrevious(state, feature.isBytes());
        case PERCENTILE -> histogram.clear(state);
        case DISTINCT -> distinct.clear(state, feature.isBytes());
        default -> {
          int words = FeatureProgram.stateWords(feature.function(), true);
          for (int i = 0; i < words; i++) {
            arena.put(state + i, 0);
          }
        }
      }
    }
  }

  // ---- portable form ----------------------------------------------------------------------------

  Fifo log(int f) {
    return logs[f];
  }

  /** Number of the first entry of a feed's log that is inside of the window. */
  long cursor(int f, int window) {
    return cursors[f][window];
  }

  DistinctTable distinct() {
    return distinct;
  }

  Histogram histogram() {
    return histogram;
  }

  long nowNs(int mode) {
    return nowNs[mode];
  }

  /** The time until which windows were moved on; nothing was taken yet. */
  void restoreNow(int mode, long timeNs) {
    nowNs[mode] = timeNs;
    nextExpiryNs[mode] = Long.MIN_VALUE; // what is taken in again tells
  }

  /** Takes an event into windows that it was in; its filter and key were asked before. */
  void restore(int f, int row, EventReader event) {
    Feed feed = feeds[f];
    int entry = append(feed, logs[f], row, event);
    long number = logs[f].end() - 1;
    List<Window> windows = feed.windows();
    for (int w = 0; w < windows.size(); w++) {
      if (saturatedSum(event.timeNs(), windows.get(w).lengthNs()) <= nowNs[feed.mode()]) {
        cursors[f][w] = number + 1; // it has left this window
        continue;
      }
      for (FeatureProgram feature : windows.get(w).features()) {
        add(feature, feed, row, event, entry, number);
      }
    }
  }

  long lastSeenNs(int f, int row) {
    return arena.get(row + feeds[f].lastSeen()) ^ SEEN;
  }

  /** The key was last seen then; it is looked at again after the feed's keep time. */
  void restoreLastSeen(int f, int row, long timeNs) {
    arena.put(row + feeds[f].lastSeen(), timeNs ^ SEEN);
    watch(logs[f], row, nowNs[feeds[f].mode()]);
  }

  // ---- reading ----------------------------------------------------------------------------------

  private void rememberBefore(Feed feed, int row) {
    for (FeatureProgram feature : feed.features()) {
      if (!feature.readBefore()) {
        continue;
      }
      int id = feature.id();
      readNow(feature, row);
      beforeEvent[id] = eventNumber;
      beforeRow[id] = row;
      beforeMissing[id] = missing;
      beforeRaw[id] = raw;
      beforeDenominator[id] = denominator;
      if (!missing && isBytes) {
        if (beforeBytes[id].capacity() < length) {
          beforeBytes[id] = new UnsafeBuffer(new byte[Integer.highestOneBit(length) * 2]);
        }
        beforeBytes[id].putBytes(0, buffer, offset, length);
        beforeLength[id] = length;
      }
    }
  }

  /**
   * Reads a feature of a key now; the value is in the accessors until the next call.
   *
   * @param before without the event at hand
   * @param row the key's row, or {@link Arena#NULL}
   */
  void read(int feature, boolean before, int row) {
    FeatureProgram program = features[feature];
    if (before
        && row != Arena.NULL
        && beforeEvent[feature] == eventNumber
        && beforeRow[feature] == row) {
      missing = beforeMissing[feature];
      isBytes = program.givesBytes(); // else the number
      raw = beforeRaw[feature];
      denominator = beforeDenominator[feature];
      buffer = beforeBytes[feature];
      offset = 0;
      length = beforeLength[feature];
      return;
    }
    readNow(program, row);
  }

  private void readNow(FeatureProgram feature, int row) {
    isBytes = false;
    denominator = 1;
    missing = false;
    raw = 0;
    boolean isEmpty = row == Arena.NULL;
    if (!isEmpty && feature.isEver()) {
      long seen = arena.get(row + lastSeen[feature.id()]);
      isEmpty = seen == 0 || nowNs[feature.mode()] - (seen ^ SEEN) >= keepNs[feature.id()];
    }
    int state = row + feature.state();
    switch (feature.function()) {
      case COUNT -> raw = isEmpty ? 0 : arena.get(state);
      case DISTINCT -> raw = isEmpty ? 0 : arena.high(state);
      case SUM -> {
        if (!isEmpty) {
          raw = arena.get(state);
          missing = !Sums.fits(arena, state);
        }
      }
      case AVG -> {
        if (isEmpty || arena.get(state + 2) == 0) {
          missing = true;
        } else {
          raw = arena.get(state);
          missing = !Sums.fits(arena, state);
          denominator = arena.get(state + 2);
        }
      }
      case MIN, MAX -> {
        if (isEmpty) {
          missing = true;
        } else if (feature.isEver()) {
          missing = arena.get(state + 1) == 0;
          raw = arena.get(state);
        } else {
          missing = queue.isEmpty(state);
          raw = missing ? 0 : queue.value(state);
        }
      }
      case STDDEV -> {
        missing = isEmpty || arena.get(state) == 0;
        if (!missing) {
          raw = deviation.of(arena, state, feature.scale());
          missing = deviation.isMissing();
        }
      }
      case PERCENTILE -> {
        missing = isEmpty || histogram.isEmpty(state);
        raw = missing ? 0 : histogram.percentile(state, feature.percent());
      }
      case FIRST, LAST -> {
        if (isEmpty || feature.isEver()) {
          readKept(feature, state, isEmpty);
        } else {
          missing = queue.isEmpty(state);
          if (!missing && feature.isBytes()) {
            readBlock((int) queue.value(state), (int) (queue.value(state) >>> 32));
          } else if (!missing) {
            raw = queue.value(state);
          }
        }
      }
      case PREV -> readKept(feature, state, isEmpty);
    }
  }

  /** Reads one kept value. */
  private void readKept(FeatureProgram feature, int state, boolean isEmpty) {
    missing = isEmpty || arena.low(state) != PRESENT;
    if (!missing && feature.isBytes()) {
      readBlock(arena.low(state + 1), arena.high(state + 1));
    } else if (!missing) {
      raw = arena.get(state + 1);
    }
  }

  private void readBlock(int block, int size) {
    isBytes = true;
    buffer = arena.buffer(block);
    offset = Arena.byteOffset(block);
    length = size;
  }

  boolean isMissing() {
    return missing;
  }

  boolean isBytes() {
    return isBytes;
  }

  long raw() {
    return raw;
  }

  long denominator() {
    return denominator;
  }

  DirectBuffer buffer() {
    return buffer;
  }

  int offset() {
    return offset;
  }

  int length() {
    return length;
  }
}
