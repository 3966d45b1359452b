package dev.weir.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * Appends to the one file of a Chronicle Queue, through its memory map; flushes through a channel
 * of its own, which brings pages of the map to disk as well. Why not the queue's own flush:
 * docs/decisions/2026-11-24-journal-durability.md.
 */
final class ChronicleSegmentWriter implements SegmentWriter {
  /** What the queue may write beside an excerpt: its header at first, then a page of its index. */
  private static final int QUEUE_BYTES_MAX = 128 * 1024;

  private final ChronicleQueue queue;
  private final ExcerptAppender appender;
  private final SteadyFile file;
  private final BlockReserve reserve;
  private @Nullable ByteBuffer wrapped;
  private @Nullable BytesStore<?, ?> source;
  private long end;

  ChronicleSegmentWriter(ChronicleQueue queue, ExcerptAppender appender, SteadyFile file) {
    this.queue = queue;
    this.appender = appender;
    this.file = file;
    reserve = new BlockReserve(file, BlockReserve.CHUNK_BYTES);
  }

  @Override
  public boolean reserve(int length) throws IOException {
    return reserve.upTo(
        end + SegmentScan.EXCERPT_HEADER_BYTES + length + Seal.EXCERPT_BYTES + QUEUE_BYTES_MAX);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the wrapper belongs to the very buffer
  public void append(ByteBuffer batch, int length) throws IOException {
    BytesStore<?, ?> from = source;
    if (from == null || wrapped != batch) {
      from = BytesStore.wrap(batch);
      source = from;
      wrapped = batch;
    }
    try (DocumentContext document = appender.writingDocument()) {
      Wire wire = document.wire();
      if (wire == null) {
        throw new IOException("the queue gave no document");
      }
      Bytes<?> to = wire.bytes();
      to.write(from, 0L, (long) length);
      end = to.writePosition();
    }
  }

  @Override
  public long size() {
    return end;
  }

  @Override
  public void force() throws IOException {
    file.force();
  }

  @Override
  public void close() throws IOException {
    appender.close();
    queue.close();
    if (end > 0) {
      file.truncate(end);
    }
    file.close();
  }
}
