package dev.weir.alerts.delivery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far a sink has come, kept in a file: up to where the alert log was read, which of the alerts
 * below are still to be delivered, how often that was tried, and whether the sink is disabled. What
 * a crash takes from its end is delivered again, under the same ids. Owned by one thread.
 *
 * <pre>
 *   start 100                all below are done, except what is listed as open
 *   read 120                 all below 120 are delivered, dead, or listed as open
 *   done 117                 delivered, or among the dead letters
 *   open 117 3 1764037000…   to be delivered; attempts so far, when the first one was (ns)
 *   off REASON   on          disabled, enabled
 * </pre>
 */
final class Cursor implements AutoCloseable {
  static final String FILE = "cursor";
  private static final long LINES_MAX = 20_000;

  /**
   * An alert that is still to be delivered.
   *
   * @param attempts that failed
   * @param firstNs wall clock of the first of them; 0 if there was none
   */
  record Open(int attempts, long firstNs) {}

  /** What the file says. */
  static final class State {
    long read;
    final TreeMap<Long, Open> open = new TreeMap<>();
    String disabled = "";

    private void apply(String line) {
      String[] words = line.split(" ", 4);
      switch (words[0]) {
        case "start" -> read = Long.parseLong(words[1]);
        case "read" -> readTo(Long.parseLong(words[1]));
        case "done" -> open.remove(Long.parseLong(words[1]));
        case "open" ->
            open.put(
                Long.parseLong(words[1]),
                new Open(Integer.parseInt(words[2]), Long.parseLong(words[3])));
        case "off" -> disabled = line.substring("off ".length());
        case "on" -> disabled = "";
        default ->
            throw new DeliveryException("a cursor of a later version of Weir: `" + words[0] + "`");
      }
    }

    private void readTo(long position) {
      for (long p = read; p < position; p++) {
        open.put(p, new Open(0, 0));
      }
      read = position;
    }
  }

  private final LineFile file;
  private final State state = new State();

  private Cursor(Path path) throws IOException {
    file = LineFile.open(path, state::apply);
  }

  /** Opens the cursor of a sink's folder, or begins one at this position. */
  static Cursor open(Path folder, long start) throws IOException {
    Cursor cursor = new Cursor(folder.resolve(FILE));
    if (cursor.file.lines() == 0) {
      cursor.state.read = start;
      cursor.rewrite();
    }
    return cursor;
  }

  /** What stands in a folder, which may be in use. */
  static State look(Path folder) throws IOException {
    State state = new State();
    LineFile.readOnly(folder.resolve(FILE), state::apply);
    return state;
  }

  State state() {
    return state;
  }

  /** All below this position are known; those that were not before are open. */
  void read(long position) {
    say("read " + position);
  }

  void done(long position) {
    say("done " + position);
  }

  void open(long position, Open open) {
    say("open " + position + ' ' + open.attempts() + ' ' + open.firstNs());
  }

  void disabled(String reason) {
    say("off " + reason);
  }

  void enabled() {
    say("on");
  }

  private void say(String line) {
    state.apply(line);
    file.add(line);
  }

  /** The alert log is shorter than it was: what is not in it is not open. */
  void cutTo(long end) throws IOException {
    state.open.tailMap(end).clear();
    state.read = Math.min(state.read, end);
    rewrite();
  }

  /** Writes what was said; shortens the file where most of it is past. */
  void write() throws IOException {
    if (file.lines() > LINES_MAX + 4L * state.open.size()) {
      rewrite();
    } else {
      file.write();
    }
  }

  void sync() throws IOException {
    file.sync();
  }

  private void rewrite() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("start " + state.read);
    for (Map.Entry<Long, Open> entry : state.open.entrySet()) {
      lines.add(
          "open "
              + entry.getKey()
              + ' '
              + entry.getValue().attempts()
              + ' '
              + entry.getValue().firstNs());
    }
    if (!state.disabled.isEmpty()) {
      lines.add("off " + state.disabled);
    }
    file.rewrite(lines);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
