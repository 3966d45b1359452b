package dev.weir.alerts;

import org.agrona.DirectBuffer;

/** Takes alerts in the form in which they are exported; the buffer is valid during the call. */
@FunctionalInterface
public interface AlertReceiver {
  /** One alert: the bytes of {@link AlertJson}, without line end. */
  void onAlert(DirectBuffer buffer, int offset, int length);
}
