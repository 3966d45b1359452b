package dev.weir.alerts;

/** Takes alerts in their order. The reader is valid during the call and must not be kept. */
@FunctionalInterface
public interface AlertReceiver {
  void onAlert(Alert alert);
}
