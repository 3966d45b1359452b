package dev.weir.event;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.agrona.collections.LongArrayList;

/**
 * The time zones that rules may name, from a table that Weir carries, so that an evaluation does
 * not depend on the zone data of a JDK. Immutable; safe for many threads. The table covers 1970 to
 * 2100; before and behind, the nearest offset holds.
 */
public final class TimeZones {
  /** The release of the time zone database behind the table. */
  public static final String VERSION = "2025a";

  private static final long UNIT_S = 30;
  private static final SortedMap<String, Zone> ALL = load();

  private TimeZones() {}

  /** The zone of this name, such as {@code Europe/Amsterdam}; empty if there is none. */
  public static Optional<Zone> zone(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  /** All names, ascending. */
  public static Iterable<String> names() {
    return Collections.unmodifiableSet(ALL.keySet());
  }

  /** The offsets of a zone. Immutable. */
  public static final class Zone {
    private final long[] changesS; // ascending, seconds since the epoch
    private final int[] offsetsS; // the first holds before the first change

    private Zone(long[] changesS, int[] offsetsS) {
      this.changesS = changesS;
      this.offsetsS = offsetsS;
    }

    /** Local time less UTC, in seconds, at this second since the epoch. O(log changes). */
    public int offsetS(long epochS) {
      int at = Arrays.binarySearch(changesS, epochS);
      return offsetsS[at >= 0 ? at + 1 : -at - 1];
    }
  }

  private static SortedMap<String, Zone> load() {
    SortedMap<String, Zone> zones = new TreeMap<>();
    try (InputStream in = TimeZones.class.getResourceAsStream("zones.txt")) {
      if (in == null) {
        throw new IllegalStateException("the table of time zones is missing");
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          add(line, zones);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zones;
  }

  /** A line: names, first offset, then times since the change before, each with its offset. */
  private static void add(String line, SortedMap<String, Zone> zones) {
    String[] words = line.split(" ", -1);
    int changes = (words.length - 2) / 2;
    LongArrayList times = new LongArrayList();
    int[] offsets = new int[changes + 1];
    offsets[0] = offset(words[1]);
    long timeS = 0;
    for (int i = 0; i < changes; i++) {
      timeS += Long.parseLong(words[2 + 2 * i], 36) * UNIT_S;
      times.addLong(timeS);
      offsets[i + 1] = offset(words[3 + 2 * i]);
    }
    Zone zone = new Zone(times.toLongArray(), offsets);
    for (String name : words[0].split(",", -1)) {
      zones.put(name, zone);
    }
  }

  private static int offset(String word) {
    return (int) (Long.parseLong(word, 36) * UNIT_S);
  }
}
