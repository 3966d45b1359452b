package dev.weir.perf;

import dev.weir.event.EventEncoder;
import dev.weir.event.EventReader;
import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A stream as the journal would hold it: records with positions, verdicts and watermarks, in direct
 * memory. In order, without lateness: the watermark after a record is its time.
 */
final class Records {
  private static final int CHUNK = 1 << 24;
  private static final int RECORD_BYTES = 256; // more than one of them takes

  private final List<UnsafeBuffer> chunks = new ArrayList<>();
  private final List<Integer> counts = new ArrayList<>();
  private final int size;
  private final long endNs;

  private Records(int size, long endNs) {
    this.size = size;
    this.endNs = endNs;
  }

  /** Takes the records one by one. */
  interface Visitor {
    void onRecord(UnsafeBuffer buffer, int offset, int length, long watermarkNs);
  }

  static Records of(EventType type, Transactions stream) {
    Records records = new Records(stream.size(), stream.timeNs[stream.size() - 1]);
    int card = field(type, "card");
    int amount = field(type, "amount");
    int merchant = field(type, "merchant");
    int mcc = field(type, "mcc");
    int country = field(type, "country");
    int device = field(type, "device");
    int kind = field(type, "kind");
    int at = field(type, "at");
    EventEncoder encoder = new EventEncoder();
    UnsafeBuffer chunk = new UnsafeBuffer(new byte[0]);
    int used = CHUNK;
    int inChunk = 0;
    for (int i = 0; i < stream.size(); i++) {
      if (used + RECORD_BYTES > CHUNK) {
        if (inChunk > 0) {
          records.counts.add(inChunk);
        }
        chunk = new UnsafeBuffer(ByteBuffer.allocateDirect(CHUNK));
        records.chunks.add(chunk);
        used = 0;
        inChunk = 0;
      }
      int length =
          encoder
              .wrap(chunk, used, type)
              .putLong(card, stream.card[i])
              .putLong(amount, stream.cents[i])
              .putLong(merchant, stream.merchant[i])
              .putLong(mcc, stream.mcc[i])
              .putLong(country, stream.country[i])
              .putLong(device, stream.device[i])
              .putLong(kind, stream.kind[i])
              .putLong(at, stream.timeNs[i])
              .finish();
      RecordLayout.stampPosition(chunk, used, i);
      RecordLayout.stampVerdict(chunk, used, RecordLayout.VERDICT_IN_TIME);
      RecordLayout.stampWatermark(chunk, used, stream.timeNs[i]);
      used += length;
      inChunk++;
    }
    records.counts.add(inChunk);
    return records;
  }

  static int field(EventType type, String name) {
    for (int i = 0; i < type.fields().size(); i++) {
      if (type.fields().get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no field " + name + " in " + type.name());
  }

  int size() {
    return size;
  }

  /** Time of the last record. */
  long endNs() {
    return endNs;
  }

  void forEach(Visitor visitor) {
    for (int c = 0; c < chunks.size(); c++) {
      UnsafeBuffer chunk = chunks.get(c);
      int at = 0;
      for (int i = counts.get(c); i > 0; i--) {
        int length = RecordLayout.length(chunk, at);
        visitor.onRecord(chunk, at, length, RecordLayout.watermark(chunk, at));
        at += length;
      }
    }
  }

  /** The null control: reads each record's time; the sum is to be used. */
  long drop() {
    EventReader reader = new EventReader();
    long[] sum = {0};
    forEach(
        (buffer, offset, length, watermarkNs) -> sum[0] += reader.wrap(buffer, offset).timeNs());
    return sum[0];
  }
}
