package dev.weir.alerts.delivery;

import java.io.IOException;
import java.io.OutputStream;

/** Writes envelopes as JSON Lines into a stream, standard output say; does not close it. */
public final class StreamSink implements Sink {
  private final OutputStream out;

  public StreamSink(OutputStream out) {
    this.out = out;
  }

  @Override
  public Outcome deliver(Delivery delivery) {
    byte[] line = delivery.line();
    try {
      out.write(line);
      out.flush();
      return Outcome.DELIVERED;
    } catch (IOException e) {
      return Outcome.failed(String.valueOf(e.getMessage()));
    }
  }
}
