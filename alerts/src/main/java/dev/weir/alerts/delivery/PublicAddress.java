package dev.weir.alerts.delivery;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Whether an address is one of the open internet, by the special-purpose registries of IANA. An
 * IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4) is what that one is.
 */
final class PublicAddress {
  /** Address, then bits of the prefix. */
  private static final int[][] NOT_PUBLIC_4 = {
    {0, 0, 0, 0, 8}, // this network
    {10, 0, 0, 0, 8}, // private
    {100, 64, 0, 0, 10}, // carriers' own
    {127, 0, 0, 0, 8}, // loopback
    {169, 254, 0, 0, 16}, // link-local; metadata of clouds
    {172, 16, 0, 0, 12}, // private
    {192, 0, 0, 0, 24}, // protocol assignments
    {192, 0, 2, 0, 24}, // documentation
    {192, 88, 99, 0, 24}, // 6to4 relays
    {192, 168, 0, 0, 16}, // private
    {198, 18, 0, 0, 15}, // benchmarks
    {198, 51, 100, 0, 24}, // documentation
    {203, 0, 113, 0, 24}, // documentation
    {224, 0, 0, 0, 4}, // multicast
    {240, 0, 0, 0, 4}, // reserved; broadcast
  };

  private PublicAddress() {}

  static boolean is(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address ? isPublic4(bytes, 0) : isPublic6(bytes);
  }

  private static boolean isPublic4(byte[] bytes, int at) {
    for (int[] range : NOT_PUBLIC_4) {
      int prefix = word(range[0], range[1], range[2], range[3]);
      int own = word(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
      int mask = -1 << 32 - range[4];
      if ((own & mask) == prefix) {
        return false;
      }
    }
    return true;
  }

  private static int word(int a, int b, int c, int d) {
    return (a & 0xff) << 24 | (b & 0xff) << 16 | (c & 0xff) << 8 | d & 0xff;
  }

  private static boolean isPublic6(byte[] b) {
    if (isZero(b, 0, 10) && (b[10] & b[11] & 0xff) == 0xff) {
      return isPublic4(b, 12); // mapped
    }
    if (startsWith(b, 0x00, 0x64, 0xff, 0x9b) && isZero(b, 4, 12)) {
      return isPublic4(b, 12); // NAT64
    }
    if (startsWith(b, 0x20, 0x02)) {
      return isPublic4(b, 2); // 6to4
    }
    boolean isGlobal = (b[0] & 0xe0) == 0x20; // 2000::/3 is all that is given out
    boolean isProtocol = startsWith(b, 0x20, 0x01) && (b[2] & 0xfe) == 0; // 2001::/23
    boolean isDocumentation =
        startsWith(b, 0x20, 0x01, 0x0d, 0xb8) || startsWith(b, 0x3f, 0xff) && (b[2] & 0xf0) == 0;
    return isGlobal && !isProtocol && !isDocumentation;
  }

  private static boolean startsWith(byte[] bytes, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if ((bytes[i] & 0xff) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Turns names into addresses. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  /**
   * The addresses of a host that may be connected to. The caller connects to one of them and asks
   * for no name again, so that a name cannot mean something else a moment later.
   *
   * @throws UnknownHostException if there is none; the message is for users
   */
  static InetAddress[] of(String host, Resolver resolver, boolean privateToo)
      throws UnknownHostException {
    InetAddress[] all;
    try {
      all = resolver.resolve(host);
    } catch (UnknownHostException e) {
      throw new UnknownHostException("no host is called `" + host + "`");
    }
    InetAddress[] allowed =
        Arrays.stream(all).filter(a -> privateToo || is(a)).toArray(InetAddress[]::new);
    if (allowed.length == 0) {
      throw new UnknownHostException(
          "`" + host + "` has only private addresses; `private_addresses: true` allows them");
    }
    return allowed;
  }
}
