package dev.weir.server.http;

import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import dev.weir.ingest.EventJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Events from requests to the engine: decoded straight into records, all of a request before any of
 * them is sent, so that a bad one keeps all out. Decoders are kept and used again. Safe for many
 * threads.
 */
final class EventIntake {
  /** Events of one request. */
  static final int EVENTS_MAX = 100_000;

  private static final int PROBLEMS_SHOWN = 20;
  private static final long WAIT_NS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int WAITS_MAX = 200;
  private static final int RETRY_AFTER_S = 1;

  private final EngineAccess engine;
  private final Map<String, EventType> types;
  private final Map<String, ConcurrentLinkedQueue<Line>> idle = new ConcurrentHashMap<>();
  final Counters accepted = new Counters();
  final Counters refused = new Counters();

  EventIntake(EngineAccess engine) {
    this.engine = engine;
    this.types = engine.types().stream().collect(Collectors.toMap(EventType::name, t -> t));
  }

  /** Decodes and holds the records of one request. */
  private static final class Line {
    final EventJson json;
    final ExpandableArrayBuffer records = new ExpandableArrayBuffer(1 << 14);
    final UnsafeBuffer view = new UnsafeBuffer(new byte[0]);
    final EngineAccess.Inlet inlet;
    int bytes;
    int count;

    Line(EventType type, EngineAccess.Inlet inlet) {
      this.json = new EventJson(type);
      this.inlet = inlet;
    }

    void add() {
      records.putBytes(bytes, json.buffer(), 0, json.length());
      bytes += json.length();
      count++;
    }
  }

  /** The type of a request's path. */
  EventType type(String name) {
    EventType type = types.get(name);
    if (type == null) {
      throw new Problem(404, "the rules declare no event type of this name");
    }
    return type;
  }

  private Line line(EventType type) {
    Line line = idle.computeIfAbsent(type.name(), n -> new ConcurrentLinkedQueue<>()).poll();
    if (line == null) {
      line = new Line(type, engine.inlet(type));
    }
    line.bytes = 0;
    line.count = 0;
    return line;
  }

  private void giveBack(Line line) {
    if (line.records.capacity() <= 1 << 20) { // what one large request needed is not kept
      idle.computeIfAbsent(line.json.type().name(), n -> new ConcurrentLinkedQueue<>()).add(line);
    }
  }

  /**
   * Takes the events of a body; waits until they are durable in the chosen mode.
   *
   * @return the answer's body
   */
  String post(EventType type, byte[] body) {
    checkTaking();
    Line line = line(type);
    try {
      decode(line, body, EVENTS_MAX);
      int sent = 0;
      for (int at = 0; at < line.bytes; sent++) {
        int length = RecordLayout.length(line.records, at);
        line.view.wrap(line.records, at, length);
        if (!offer(line.inlet, line.view, length)) {
          accepted.add(type.name(), sent);
          throw new Problem(
              429,
              "the engine is behind: the first "
                  + sent
                  + " of "
                  + line.count
                  + " events were taken, send the rest again",
              RETRY_AFTER_S);
        }
        at += length;
      }
      accepted.add(type.name(), sent);
      long position = line.inlet.await();
      return new JsonText()
          .begin()
          .put("accepted", sent)
          .put("position", Long.toString(position))
          .end()
          .toString();
    } finally {
      giveBack(line);
    }
  }

  private static boolean offer(EngineAccess.Inlet inlet, UnsafeBuffer record, int length) {
    for (int waits = 0; !inlet.offer(record, length); waits++) {
      if (waits == WAITS_MAX) {
        return false;
      }
      LockSupport.parkNanos(WAIT_NS);
    }
    return true;
  }

  /** Takes one event and answers with what the rules on arrival say to it. */
  String decide(EventType type, byte[] body) {
    checkTaking();
    Line line = line(type);
    try {
      decode(line, body, 1);
      if (line.count != 1) {
        throw new Problem(400, "one event is needed");
      }
      EngineAccess.Answer answer = line.inlet.decide(line.records, line.bytes);
      accepted.add(type.name(), 1);
      JsonText json = new JsonText().begin().put("position", Long.toString(answer.position()));
      answer.decision().ifPresent(decision -> json.put("decision", decision));
      answer.rule().ifPresent(rule -> json.put("rule", rule));
      answer.score().ifPresent(score -> json.put("score", score));
      answer.ruleSet().ifPresent(hash -> json.put("ruleset", hash));
      return json.raw("alerts", "[" + String.join(",", answer.alerts()) + "]").end().toString();
    } catch (IllegalArgumentException e) {
      throw new Problem(422, String.valueOf(e.getMessage()));
    } finally {
      giveBack(line);
    }
  }

  private void checkTaking() {
    String trouble = engine.trouble();
    if (!trouble.isEmpty()) {
      throw new Problem(503, trouble, RETRY_AFTER_S);
    }
  }

  private void decode(Line line, byte[] body, int most) {
    JsonItems items = new JsonItems(body, body.length);
    List<String> problems = new ArrayList<>();
    int bad = 0;
    for (int number = 0; items.next(); number++) {
      if (number == most) {
        throw new Problem(413, "more than " + most + " event" + (most == 1 ? "" : "s"));
      }
      String problem = line.json.decode(body, items.start(), items.bytes());
      if (problem.isEmpty()) {
        line.add();
        continue;
      }
      bad++;
      if (problems.size() < PROBLEMS_SHOWN) {
        problems.add("event " + number + ": " + problem);
      }
    }
    if (bad > 0) {
      refused.add(line.json.type().name(), bad);
      throw new Problem(
          400,
          "no event was taken, "
              + bad
              + (bad == 1 ? " is" : " are")
              + " bad: "
              + String.join("; ", problems)
              + (bad > problems.size() ? "; …" : ""));
    }
  }
}
