package dev.weir.ingest;

import java.util.Arrays;

/**
 * Reads addresses: IPv4 in four decimal parts (no leading zeros), IPv6 as RFC 4291 writes it, with
 * {@code ::} and an IPv4 tail, without a zone. Allocates nothing.
 */
final class IpText {
  private static final int GROUPS = 8;

  private IpText() {}

  /** Fills 16 bytes, IPv4 as IPv4-mapped IPv6; false if the text is no address. */
  static boolean read(byte[] text, int start, int length, byte[] to) {
    int end = start + length;
    for (int at = start; at < end; at++) {
      if (text[at] == ':') {
        return v6(text, start, end, to);
      }
    }
    Arrays.fill(to, 0, 10, (byte) 0);
    to[10] = (byte) 0xff;
    to[11] = (byte) 0xff;
    return v4(text, start, end, to, 12);
  }

  private static boolean v4(byte[] text, int start, int end, byte[] to, int offset) {
    int at = start;
    for (int part = 0; part < 4; part++) {
      int from = at;
      int value = 0;
      while (at < end && at - from < 4 && text[at] >= '0' && text[at] <= '9') {
        value = value * 10 + text[at++] - '0';
      }
      int digits = at - from;
      if (digits == 0 || value > 255 || (digits > 1 && text[from] == '0')) {
        return false;
      }
      to[offset + part] = (byte) value;
      if (part < 3 && (at >= end || text[at++] != '.')) {
        return false;
      }
    }
    return at == end;
  }

  private static boolean v6(byte[] text, int start, int end, byte[] to) {
    Arrays.fill(to, (byte) 0);
    int at = start;
    int group = 0;
    int gap = -1; // the group before which zeros are left out
    if (at + 1 < end && text[at] == ':' && text[at + 1] == ':') {
      gap = 0;
      at += 2;
    }
    while (at < end) {
      if (group == GROUPS) {
        return false;
      }
      int from = at;
      int value = 0;
      while (at < end && at - from < 4 && hex(text[at]) >= 0) {
        value = value << 4 | hex(text[at++]);
      }
      if (at == from) {
        return false;
      }
      if (at < end && text[at] == '.') {
        if (group > GROUPS - 2 || !v4(text, from, end, to, 2 * group)) {
          return false;
        }
        group += 2;
        at = end;
        break;
      }
      to[2 * group] = (byte) (value >> 8);
      to[2 * group + 1] = (byte) value;
      group++;
      if (at == end) {
        break;
      }
      if (text[at++] != ':' || at == end) {
        return false;
      }
      if (text[at] == ':') {
        if (gap >= 0) {
          return false;
        }
        gap = group;
        at++;
      }
    }
    if (gap < 0) {
      return group == GROUPS;
    }
    if (group == GROUPS) {
      return false;
    }
    int moved = 2 * (group - gap);
    System.arraycopy(to, 2 * gap, to, 2 * GROUPS - moved, moved);
    Arrays.fill(to, 2 * gap, 2 * GROUPS - moved, (byte) 0);
    return true;
  }

  private static int hex(byte c) {
    return c >= '0' && c <= '9'
        ? c - '0'
        : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  }
}
