package dev.weir.journal;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a log knows about itself, a small text file beside the segments: its id, the machine's run
 * in which it was last open, and where it ended if it was closed in order. Immutable.
 *
 * <pre>
 *   weir-log 1
 *   id 00c5a1…        16 hexadecimal digits
 *   boot 3f0b…        empty where not known
 *   floor 1200        the log began no earlier than here: its end when it was last opened
 *   end 4711          -1 while it is open
 *   crc32c 89abcdef   of the lines above
 * </pre>
 */
record Identity(long logId, String boot, long floor, long end) {
  /** The log is open, or was not closed in order. */
  static final long NOT_CLOSED = -1;

  private static final String FIRST_LINE = "weir-log 1";

  byte[] encode() {
    String lines =
        FIRST_LINE
            + "\nid "
            + Long.toHexString(logId)
            + "\nboot "
            + boot
            + "\nfloor "
            + floor
            + "\nend "
            + end
            + "\n";
    return (lines + "crc32c " + crc(lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Null where the content is damaged. */
  static @Nullable Identity decode(byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    int crcLine = text.indexOf("crc32c ");
    if (crcLine < 0
        || !text.substring(crcLine).equals("crc32c " + crc(text.substring(0, crcLine)) + "\n")) {
      return null;
    }
    String[] lines = text.split("\n");
    if (lines.length != 6 || !lines[0].equals(FIRST_LINE)) {
      return null;
    }
    return new Identity(
        Long.parseUnsignedLong(lines[1].substring("id ".length()), 16),
        lines[2].substring("boot ".length()),
        Long.parseLong(lines[3].substring("floor ".length())),
        Long.parseLong(lines[4].substring("end ".length())));
  }

  private static String crc(String lines) {
    CRC32C crc = new CRC32C();
    crc.update(lines.getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(crc.getValue());
  }
}
