package dev.weir.server.http;

import dev.weir.EngineStatus;
import dev.weir.alerts.delivery.SinkStatus;
import dev.weir.event.EventType;
import dev.weir.journal.Durations;
import dev.weir.journal.Log;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.DirectBuffer;

/** What the service asks of the engine. Safe for many threads. */
public interface EngineAccess {
  /** The event types of the rules. */
  List<EventType> types();

  /** A way in for events of a type, for one thread at a time. Costs a megabyte: is used again. */
  Inlet inlet(EventType type);

  /** Identity of the rule set in force. */
  String ruleSet();

  /**
   * What the rules' folder, as it stands, would change; as JSON.
   *
   * @throws IllegalArgumentException with all mistakes of the rules
   */
  String planRules();

  /**
   * Puts the rules' folder, as it stands, in force; returns once it is live.
   *
   * @throws IllegalArgumentException with all mistakes of the rules
   */
  String applyRules(String caller);

  /**
   * Goes back to the rule set before.
   *
   * @throws IllegalArgumentException if there is none
   */
  String rollBackRules(String caller);

  /** All rule sets that were live; as JSON. */
  String ruleHistory();

  /** Alerts of a rule since the start. */
  long alerts(String rule);

  /** How the engine stands. Costs up to a second while it is busy. */
  EngineStatus status();

  /** Whether the tests of each rule in force pass; of the rules that have tests. */
  Map<String, Boolean> canaries();

  /** Of the program. */
  String version();

  /** Bytes of the journal on disk. */
  long journalBytes();

  /** The data folder. */
  Path data();

  /** Position behind the last record of the journal. */
  long position();

  /** The log of the alerts. */
  Log alertLog();

  /** How the sinks stand. */
  List<SinkStatus> sinks();

  /** How long attempts of each sink took, in the order of {@link #sinks}. */
  List<Durations> attemptTimes();

  /** The folder of a sink, where requests to it are left. */
  Path sinkFolder(String sink);

  /** Empty while events are taken; else why they are not. */
  String trouble();

  /** Takes records of one type, at offset 0 of a buffer, and copies them. */
  interface Inlet {
    /** Offers a record; false while the engine is behind, then nothing was taken. */
    boolean offer(DirectBuffer record, int length);

    /**
     * Waits until all records that were offered before are durable in the chosen mode.
     *
     * @return the position behind the last of them
     */
    long await();

    /**
     * Sends a record and waits for its answer.
     *
     * @throws IllegalArgumentException if it was refused; the message is for users
     */
    Answer decide(DirectBuffer record, int length);
  }

  /**
   * What the rules on arrival said to an event.
   *
   * @param position of the event
   * @param decision in lower case; empty where no rule decides
   * @param rule that gave the decision
   * @param score of its alert, a decimal
   * @param ruleSet identity of the rule set that judged the event; empty where the time ran out
   * @param alerts each as JSON
   * @param isDefault whether the time ran out, and the decision is the one declared for that
   */
  record Answer(
      long position,
      Optional<String> decision,
      Optional<String> rule,
      Optional<String> score,
      Optional<String> ruleSet,
      List<String> alerts,
      boolean isDefault) {}
}
