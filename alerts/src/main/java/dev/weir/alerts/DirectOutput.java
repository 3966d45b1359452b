package dev.weir.alerts;

import org.agrona.concurrent.UnsafeBuffer;

/** Gives alerts to a receiver at once, without an alert log. Owned by one thread. */
public final class DirectOutput implements AlertOutput {
  private final AlertReceiver receiver;
  private final Alert reader = new Alert();
  private long committedTo;
  private UnsafeBuffer closed = new UnsafeBuffer(new byte[1 << 16]);

  public DirectOutput(AlertReceiver receiver) {
    this.receiver = receiver;
  }

  @Override
  public boolean hasRoom() {
    return true;
  }

  @Override
  public void onAlert(Alert open, long suppressed) {
    int most = open.length() + AlertJson.CLOSE_BYTES_MAX;
    if (closed.capacity() < most) {
      closed = new UnsafeBuffer(new byte[most * 2]);
    }
    AlertLayout.close(open.buffer(), open.offset(), closed, 0, suppressed);
    receiver.onAlert(reader.wrap(closed, 0));
  }

  @Override
  public boolean commit(long mergedTo) {
    committedTo = mergedTo;
    return false;
  }

  @Override
  public long committedTo() {
    return committedTo;
  }

  @Override
  public boolean flush() {
    return true;
  }

  @Override
  public void sync() {}
}
