package dev.weir.engine;

/** Takes alerts in alert order. Called on the engine's thread; must not call the engine. */
public interface AlertSink {
  /** The view is valid during the call only. */
  void onAlert(AlertView alert);
}
