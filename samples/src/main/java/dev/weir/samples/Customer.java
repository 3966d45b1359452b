package dev.weir.samples;

import java.util.Locale;

/**
 * A customer with the things that belong to the customer alone.
 *
 * @param number from 1
 */
record Customer(int number) {
  String name() {
    return String.format(Locale.ROOT, "c%03d", number);
  }

  String device() {
    return "phone-" + name();
  }

  String country() {
    return number % 3 == 0 ? "NL" : "BE";
  }

  /** At home; of the range for documentation, like all addresses here. */
  String homeIp() {
    return "2001:db8::" + Integer.toHexString(number);
  }

  /** On the way. */
  String mobileIp() {
    return "198.51." + (100 + number / 200) + "." + number % 200;
  }

  /** One of the people whom the customer pays now and then. */
  String payee(int which) {
    return name() + "-payee-" + which;
  }
}
