package dev.weir.engine;

import dev.weir.engine.FeatureProgram.Feed;
import dev.weir.engine.FeatureProgram.Window;
import dev.weir.event.EventEncoder;
import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes and reads rolling features in their portable form. Windows are written as what they hold,
 * the admitted events, and read by taking these in again; what is kept without window is written as
 * it is.
 *
 * <pre>
 *  log entry: int64 time; text: the key; for each field that features use, in the order of their
 *             first use, byte 0 missing, 1 int64, 2 text
 *  feed without window: int32 feed; int64 last seen; for each feature
 *    count              int64
 *    sum                int64 low, high half
 *    avg                int64 low, high half of the sum; int64 count
 *    stddev             int64 count; low, high half of the sum; three int64 of the sum of squares
 *    percentile         int32 buckets; for each int32 index, int32 count
 *    min max            int64 value, count
 *    distinct           list of byte 1 int64, 2 text; int32 occurrences
 *    prev first last    byte 0 none, 1 there, 2 missing; if there, byte 1 int64, 2 text
 * </pre>
 */
final class FeatureState {
  /** A column of a feed's log, and the window whose feature it belongs to. */
  private record Column(int index, int window, boolean isDistinct, boolean isBytes) {}

  private final Arena arena;
  private final Features features;
  private final Feed[] feeds;
  private final EventType[] types; // of the feeds
  private final int[][] fields; // by feed: fields that its features use
  private final Column[][][] columns; // by feed and field: where the value may stand

  private final EventEncoder encoder = new EventEncoder();
  private final EventReader event = new EventReader();
  private final UnsafeBuffer text = new UnsafeBuffer(new byte[0]);
  private UnsafeBuffer record = new UnsafeBuffer(new byte[0]);

  FeatureState(Arena arena, Features features, Feed[] feeds, EventType[] types) {
    this.arena = arena;
    this.features = features;
    this.feeds = feeds;
    this.types = types;
    this.fields = new int[feeds.length][];
    this.columns = new Column[feeds.length][][];
    for (int f = 0; f < feeds.length; f++) {
      Map<Integer, List<Column>> found = new LinkedHashMap<>();
      List<Window> windows = feeds[f].windows();
      for (int w = 0; w < windows.size(); w++) {
        for (FeatureProgram feature : windows.get(w).features()) {
          if (feature.column() >= 0) {
            boolean isDistinct =
                feature.function() == dev.weir.dsl.plan.FeaturePlan.Function.DISTINCT;
            found
                .computeIfAbsent(feature.field(), k -> new java.util.ArrayList<>())
                .add(new Column(feature.column(), w, isDistinct, feature.isBytes()));
          }
        }
      }
      fields[f] = found.keySet().stream().mapToInt(field -> field).toArray();
      columns[f] =
          found.values().stream().map(list -> list.toArray(new Column[0])).toArray(Column[][]::new);
    }
  }

  // ---- windows ----------------------------------------------------------------------------------

  /** Writes an entry of a feed's log. */
  void writeEntry(ChunkWriter to, int f, long number, KeySpace space) {
    int entry = features.log(f).entry(number);
    int row = arena.low(entry + 1);
    to.putLong(arena.get(entry));
    to.putText(space.keyBuffer(row), space.keyOffset(row), space.keyLength(row));
    for (Column[] places : columns[f]) {
      writeValue(to, f, number, entry, places);
    }
  }

  /** The field's value, from a column that still has it; where none has, none will be asked. */
  private void writeValue(ChunkWriter to, int f, long number, int entry, Column[] places) {
    for (Column column : places) {
      if (number < features.cursor(f, column.window())) {
        continue;
      }
      if ((arena.get(entry + 2 + (column.index() >>> 6)) & 1L << column.index()) != 0) {
        break; // missing
      }
      long kept = arena.get(entry + 2 + feeds[f].bitmapWords() + column.index());
      if (column.isDistinct()) {
        writeNode(to, (int) kept, column.isBytes());
      } else if (column.isBytes()) {
        int block = (int) kept;
        to.putByte(PortableValue.TEXT);
        to.putText(arena.buffer(block), Arena.byteOffset(block), (int) (kept >>> 32));
      } else {
        to.putByte(PortableValue.NUMBER);
        to.putLong(kept);
      }
      return;
    }
    to.putByte(PortableValue.MISSING);
  }

  private void writeNode(ChunkWriter to, int node, boolean isBytes) {
    DistinctTable distinct = features.distinct();
    if (isBytes) {
      to.putByte(PortableValue.TEXT);
      int bytes = distinct.bytes(node);
      to.putText(arena.buffer(bytes), Arena.byteOffset(bytes), distinct.bytesLength(node));
    } else {
      to.putByte(PortableValue.NUMBER);
      to.putLong(distinct.number(node));
    }
  }

  /** Passes over the values of an entry. */
  void skipEntry(SectionReader from, int f) {
    for (int field : fields[f]) {
      PortableValue.skip(from, isText(f, field));
    }
  }

  /** Takes an entry into its windows again; entries come in stream order. */
  void readEntry(SectionReader from, int f, long timeNs, int row) {
    begin(f, timeNs);
    for (int field : fields[f]) {
      readField(from, f, field);
    }
    features.restore(f, row, finish());
  }

  /**
   * As {@link #readEntry}, of a feed of another program for the same events, which kept these
   * fields; what it did not keep is missing.
   */
  void readEntry(SectionReader from, int[] kept, int f, long timeNs, int row) {
    begin(f, timeNs);
    for (int field : kept) {
      if (Arrays.stream(fields[f]).anyMatch(own -> own == field)) {
        readField(from, f, field);
      } else {
        PortableValue.skip(from, isText(f, field));
      }
    }
    features.restore(f, row, finish());
  }

  /** The fields that entries of the feed's log have, in their order. */
  static int[] fieldsOf(Feed feed) {
    return feed.windows().stream()
        .flatMap(window -> Arrays.stream(window.features()))
        .filter(feature -> feature.column() >= 0)
        .mapToInt(FeatureProgram::field)
        .distinct()
        .toArray();
  }

  private boolean isText(int f, int field) {
    return types[f].fields().get(field).type().isVariable();
  }

  // ---- without window ---------------------------------------------------------------------------

  /** Whether the feed keeps something of the key. */
  boolean isKept(int f, int row) {
    return feeds[f].lastSeen() >= 0 && arena.get(row + feeds[f].lastSeen()) != 0;
  }

  void write(ChunkWriter to, int f, int row) {
    to.putInt(f);
    to.putLong(features.lastSeenNs(f, row));
    for (FeatureProgram feature : feeds[f].features()) {
      int state = row + feature.state();
      switch (feature.function()) {
        case DISTINCT -> writeDistinct(to, feature, state);
        case PREV, FIRST, LAST -> writePrevious(to, feature, state);
        case PERCENTILE -> features.histogram().write(to, state);
        case COUNT, SUM, AVG, STDDEV, MIN, MAX -> {
          int words = FeatureProgram.stateWords(feature.function(), true);
          for (int i = 0; i < words; i++) {
            to.putLong(arena.get(state + i));
          }
        }
      }
    }
  }

  private void writeDistinct(ChunkWriter to, FeatureProgram feature, int state) {
    DistinctTable distinct = features.distinct();
    to.putInt(arena.high(state));
    for (int node = distinct.first(state); node != Arena.NULL; node = distinct.next(state, node)) {
      writeNode(to, node, feature.isBytes());
      to.putInt(distinct.occurrences(node));
    }
  }

  private void writePrevious(ChunkWriter to, FeatureProgram feature, int state) {
    int what = arena.low(state);
    to.putByte(what);
    if (what != Features.PRESENT) {
      return;
    }
    if (feature.isBytes()) {
      int block = arena.low(state + 1);
      to.putByte(PortableValue.TEXT);
      to.putText(arena.buffer(block), Arena.byteOffset(block), arena.high(state + 1));
    } else {
      to.putByte(PortableValue.NUMBER);
      to.putLong(arena.get(state + 1));
    }
  }

  /** Reads what {@link #write} wrote into a row that has none of it. */
  void read(SectionReader from, KeySpace[] spaces, int space, int row) {
    read(from, from.getInt(), spaces, space, row);
  }

  /** The same, for the feed of this number. */
  void read(SectionReader from, int f, KeySpace[] spaces, int space, int row) {
    if (f < 0 || f >= feeds.length || feeds[f].lastSeen() < 0 || feeds[f].space() != space) {
      throw SectionReader.bad("no such feature without window: feed=" + f);
    }
    if (isKept(f, row)) {
      throw SectionReader.bad("a feature of a key comes twice: feed=" + f);
    }
    features.restoreLastSeen(f, row, from.getLong());
    spaces[space].retain(row);
    for (FeatureProgram feature : feeds[f].features()) {
      int state = row + feature.state();
      switch (feature.function()) {
        case DISTINCT -> readDistinct(from, f, feature, state);
        case PREV, FIRST, LAST -> readPrevious(from, f, feature, state);
        case PERCENTILE -> features.histogram().read(from, state);
        case COUNT, SUM, AVG, STDDEV, MIN, MAX -> {
          int words = FeatureProgram.stateWords(feature.function(), true);
          for (int i = 0; i < words; i++) {
            arena.put(state + i, from.getLong());
          }
        }
      }
    }
  }

  private void readDistinct(SectionReader from, int f, FeatureProgram feature, int state) {
    int size = from.getInt();
    for (int i = 0; i < size; i++) {
      readEvent(from, f, feature.field());
      int node = features.distinct().add(state, event, feature.field(), feature.isBytes());
      features.distinct().occurrences(node, from.getInt());
    }
  }

  private void readPrevious(SectionReader from, int f, FeatureProgram feature, int state) {
    int what = from.getByte();
    if (what == Features.PRESENT) {
      readEvent(from, f, feature.field());
    } else {
      begin(f, 0);
      finish();
    }
    if (what != Features.ABSENT) {
      features.putPrevious(state, event, feature.field(), feature.isBytes());
    }
  }

  // ---- values as events -------------------------------------------------------------------------

  private void readEvent(SectionReader from, int f, int field) {
    begin(f, 0);
    readField(from, f, field);
    finish();
  }

  private void begin(int f, long timeNs) {
    if (record.capacity() == 0) {
      record = new UnsafeBuffer(new byte[RecordLayout.RECORD_BYTES_MAX]);
    }
    encoder.wrap(record, 0, types[f]);
    encoder.putLong(types[f].timeField(), timeNs);
  }

  private void readField(SectionReader from, int f, int field) {
    int begin = from.at();
    int length = PortableValue.skip(from, isText(f, field));
    int end = from.at();
    from.at(begin);
    switch (from.getByte()) {
      case PortableValue.MISSING -> {
        if (field != types[f].timeField()) { // which stays that of the entry
          encoder.setMissing(field);
        }
      }
      case PortableValue.NUMBER -> encoder.putLong(field, from.getLong());
      default -> {
        text.wrap(from.content(), end - length, length);
        encoder.putText(field, text, 0, length);
      }
    }
    from.at(end);
  }

  private EventReader finish() {
    encoder.finish();
    return event.wrap(record, 0);
  }
}
