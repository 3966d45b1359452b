package dev.weir.alerts.delivery;

import java.io.IOException;
import java.nio.file.Path;

/**
 * How far a sink has come, read from its folder, which may be in use. Immutable.
 *
 * @param read up to this position of the alert log its alerts are known to the sink
 * @param open of those, the ones that are neither delivered nor dead
 * @param retrying of the open ones, those that failed at least once
 * @param disabled why nothing is delivered, or empty
 */
public record CursorReport(long read, int open, int retrying, String disabled) {
  public static CursorReport of(Path sinkFolder) throws IOException {
    Cursor.State state = Cursor.look(sinkFolder);
    int retrying = (int) state.open.values().stream().filter(o -> o.attempts() > 0).count();
    return new CursorReport(state.read, state.open.size(), retrying, state.disabled);
  }
}
