package dev.weir;

import java.util.ArrayList;
import java.util.List;

/**
 * What the rules say to one event at once: the alerts of the rules {@code on arrival} that this
 * very event let out, those held back by {@code suppress} not among them. Immutable.
 *
 * @param position of the event in the journal
 * @param alerts in alert order, each as JSON as it is exported
 */
public record Decision(long position, List<String> alerts) {
  public Decision {
    alerts = List.copyOf(alerts);
  }

  /** A decision in the making; written by the merge, read by who waits once the merge is past. */
  static final class Builder {
    private final long position;
    private final List<String> alerts = new ArrayList<>();

    Builder(long position) {
      this.position = position;
    }

    void add(String json) {
      alerts.add(json);
    }

    Decision build() {
      return new Decision(position, alerts);
    }
  }
}
