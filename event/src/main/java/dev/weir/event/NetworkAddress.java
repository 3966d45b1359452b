package dev.weir.event;

import java.util.Optional;

/**
 * An address, or the network of those that share its first bits, as 16 bytes; IPv4 stands as
 * IPv4-mapped IPv6. Read from text without asking anyone. Immutable.
 *
 * @param bytes 16 bytes
 * @param bits how many of the 128 bits count; 128 for an address
 */
public record NetworkAddress(byte[] bytes, int bits) {
  private static final int MAPPED_BITS = 96;
  private static final int GROUPS = 8;

  public NetworkAddress {
    bytes = bytes.clone();
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32} or an address; empty if it is neither. */
  public static Optional<NetworkAddress> parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    boolean isShort = address.indexOf(':') < 0;
    byte[] bytes = new byte[16];
    if (!(isShort ? readShort(address, bytes, 12) : readLong(address, bytes))) {
      return Optional.empty();
    }
    if (isShort) {
      bytes[10] = (byte) 0xff;
      bytes[11] = (byte) 0xff;
    }
    int width = isShort ? 32 : 128;
    int prefix = width;
    if (slash >= 0) {
      prefix = number(text.substring(slash + 1), 10, width);
      if (prefix < 0) {
        return Optional.empty();
      }
    }
    return Optional.of(new NetworkAddress(bytes, prefix + (isShort ? MAPPED_BITS : 0)));
  }

  /** Four decimal numbers. */
  private static boolean readShort(String text, byte[] bytes, int at) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (int i = 0; i < 4; i++) {
      int value = number(parts[i], 10, 255);
      if (value < 0) {
        return false;
      }
      bytes[at + i] = (byte) value;
    }
    return true;
  }

  /** Groups of hexadecimal digits, of which some may be left out once, perhaps IPv4 behind. */
  private static boolean readLong(String text, byte[] bytes) {
    String[] halves = text.split("::", -1);
    if (halves.length > 2) {
      return false;
    }
    byte[] head = new byte[16];
    byte[] tail = new byte[16];
    int first = groups(halves[0], head, halves.length == 1);
    int last = halves.length == 1 ? 0 : groups(halves[1], tail, true);
    boolean isWhole = halves.length == 1;
    if (first < 0 || last < 0 || (isWhole ? first != GROUPS : first + last >= GROUPS)) {
      return false;
    }
    System.arraycopy(head, 0, bytes, 0, 2 * first);
    System.arraycopy(tail, 0, bytes, 16 - 2 * last, 2 * last);
    return true;
  }

  /** How many groups there are; -1 if it is wrong. */
  private static int groups(String text, byte[] bytes, boolean mayEndShort) {
    if (text.isEmpty()) {
      return 0;
    }
    String[] parts = text.split(":", -1);
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      boolean isShort = mayEndShort && i == parts.length - 1 && parts[i].indexOf('.') >= 0;
      if (count + (isShort ? 2 : 1) > GROUPS) {
        return -1;
      }
      if (isShort) {
        if (!readShort(parts[i], bytes, 2 * count)) {
          return -1;
        }
        count += 2;
        continue;
      }
      int value = parts[i].length() > 4 ? -1 : number(parts[i], 16, 0xffff);
      if (value < 0) {
        return -1;
      }
      bytes[2 * count] = (byte) (value >> 8);
      bytes[2 * count + 1] = (byte) value;
      count++;
    }
    return count;
  }

  private static int number(String digits, int radix, int most) {
    if (digits.isEmpty() || digits.length() > 5) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) < 128 ? Character.digit(digits.charAt(i), radix) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value <= most ? value : -1;
  }
}
