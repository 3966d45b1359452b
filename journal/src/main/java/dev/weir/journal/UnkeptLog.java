package dev.weir.journal;

import dev.weir.event.RecordLayout;

/** Gives positions and keeps nothing: what it says survives the process does not. */
final class UnkeptLog implements Log {
  private volatile long next;

  @Override
  public Appended append(BatchBuffer batch, long watermarkNs, long nowNs) {
    long position = next;
    for (int at = batch.recordsOffset(); at < batch.offset(); ) {
      RecordLayout.stampPosition(batch.buffer(), at, position++);
      at += RecordLayout.length(batch.buffer(), at);
    }
    next = position;
    return Appended.YES;
  }

  @Override
  public long nextPosition() {
    return next;
  }

  @Override
  public long firstPosition() {
    return next;
  }

  @Override
  public long durablePosition() {
    return next;
  }

  @Override
  public void sync() {}

  @Override
  public boolean syncIfDue(long nowNs) {
    return false;
  }

  @Override
  public LogReader reader(long position) {
    if (position != next) {
      throw new IllegalArgumentException(
          "no such position: position=" + position + " next=" + next);
    }
    return new LogReader() {
      @Override
      public boolean next() {
        return false;
      }

      @Override
      public BatchView batch() {
        throw new IllegalStateException("no batch: nothing is kept");
      }

      @Override
      public long position() {
        return position;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public long positionAtTime(long streamTimeNs) {
    return next;
  }

  @Override
  public long readPreamble(long position, RecordHandler handler) {
    return next;
  }

  @Override
  public Hold hold(String name, long position) {
    throw new UnsupportedOperationException("nothing is kept: hold=" + name);
  }

  @Override
  public Retained retain(Retention retention, long nowNs) {
    return new Retained(0, 0, next, "");
  }

  @Override
  public long sizeBytes() {
    return 0;
  }

  @Override
  public Opening opening() {
    return new Opening(true, "", 0);
  }

  @Override
  public void close() {}
}
