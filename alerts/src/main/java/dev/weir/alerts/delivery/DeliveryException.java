package dev.weir.alerts.delivery;

/** A delivery that cannot work as it is set up or stored; the message is for users. */
public final class DeliveryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DeliveryException(String message) {
    super(message);
  }

  DeliveryException(String message, Throwable cause) {
    super(message, cause);
  }
}
