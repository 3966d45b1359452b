package dev.weir.alerts.delivery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The alerts that a sink gave up, each with its bytes, in a file of the sink's folder. An alert
 * that is replayed leaves the list; if it fails again it comes back. Owned by one thread.
 */
public final class DeadLetters implements AutoCloseable {
  static final String FILE = "dead-letters";
  private static final long LINES_MAX = 10_000;
  private static final int REASON_MAX = 300;

  /**
   * A given-up alert.
   *
   * @param position of the alert in the alert log
   * @param id of the alert
   * @param attempts that failed
   * @param firstNs when the first attempt was, wall clock
   * @param lastNs when the last one was
   * @param reason of the last failure, one line
   * @param alert JSON as in the log
   */
  public record DeadLetter(
      long position,
      String id,
      int attempts,
      long firstNs,
      long lastNs,
      String reason,
      String alert) {}

  private final LineFile file;
  private final TreeMap<Long, DeadLetter> letters = new TreeMap<>();

  DeadLetters(Path folder) throws IOException {
    file = LineFile.open(folder.resolve(FILE), line -> apply(letters, line));
  }

  /** The dead letters of a sink's folder, by position; it may be in use. */
  public static Collection<DeadLetter> look(Path folder) throws IOException {
    TreeMap<Long, DeadLetter> letters = new TreeMap<>();
    LineFile.readOnly(folder.resolve(FILE), line -> apply(letters, line));
    return letters.values();
  }

  private static void apply(Map<Long, DeadLetter> letters, String line) {
    String[] words = line.split("\t", 8);
    long position = Long.parseLong(words[1]);
    if (words[0].equals("replayed")) {
      letters.remove(position);
      return;
    }
    letters.put(
        position,
        new DeadLetter(
            position,
            words[2],
            Integer.parseInt(words[3]),
            Long.parseLong(words[4]),
            Long.parseLong(words[5]),
            words[6],
            words[7]));
  }

  private static String line(DeadLetter letter) {
    return String.join(
        "\t",
        "dead",
        Long.toString(letter.position()),
        letter.id(),
        Integer.toString(letter.attempts()),
        Long.toString(letter.firstNs()),
        Long.toString(letter.lastNs()),
        letter.reason(),
        letter.alert());
  }

  /** Adds an alert; on disk when this returns. */
  void add(Delivery delivery, long firstNs, String reason) throws IOException {
    String plain = reason.replaceAll("\\p{Cntrl}", " ");
    DeadLetter letter =
        new DeadLetter(
            delivery.position(),
            delivery.id(),
            delivery.attempt(),
            firstNs,
            delivery.attemptedNs(),
            plain.length() > REASON_MAX ? plain.substring(0, REASON_MAX) : plain,
            new String(delivery.alert(), StandardCharsets.UTF_8));
    file.add(line(letter));
    file.sync();
    letters.put(letter.position(), letter);
  }

  /** The alert is on its way again. */
  void replayed(long position) throws IOException {
    if (letters.remove(position) == null) {
      return;
    }
    if (file.lines() > LINES_MAX + 2L * letters.size()) {
      List<String> lines = new ArrayList<>();
      letters.values().forEach(letter -> lines.add(line(letter)));
      file.rewrite(lines);
      return;
    }
    file.add("replayed\t" + position);
    file.sync();
  }

  int size() {
    return letters.size();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
