package dev.weir.alerts.delivery;

import dev.weir.alerts.AlertTail;
import dev.weir.journal.Durations;
import dev.weir.journal.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The alerts on their way to one sink. Reads the alert log behind the sink's cursor; alerts of one
 * key go one after the other in the order of the log, keys do not wait for each other. Owned by one
 * thread; {@link #status} and {@link #isDone} may be called by any.
 */
final class Outbox implements AutoCloseable {
  /** A pause that a receiver asks for counts up to this long. */
  private static final long PAUSE_NS_MAX = Duration.ofDays(1).toNanos();

  private static final long LOOK_EVERY_NS = Duration.ofSeconds(1).toNanos();

  /** So much longer than its time-out may an attempt take before it is ended from outside. */
  private static final long GRACE_NS = Duration.ofSeconds(2).toNanos();

  /** Alerts read and attempts begun in one turn. */
  private static final int STEP = 256;

  /** An alert that is on its way or waits. */
  private static final class Item {
    final long position;
    final String id;
    final long detectedNs;
    final byte[] alert;
    final Chain chain;
    int attempts; // that failed
    long firstNs; // wall clock of the first of them
    long startedNs; // ticks of the attempt under way
    @Nullable Delivery attempt; // under way

    Item(AlertTail reader, Chain chain, Cursor.Open open) {
      position = reader.position();
      id = reader.id();
      detectedNs = reader.detectedNs();
      alert = new byte[reader.jsonLength()];
      reader.buffer().getBytes(reader.jsonOffset(), alert);
      this.chain = chain;
      attempts = open.attempts();
      firstNs = open.firstNs();
    }
  }

  /** The open alerts of one key, in order; all but the first wait for the first. */
  private static final class Chain {
    final int key;
    final ArrayDeque<Item> items = new ArrayDeque<>();
    long dueNs; // ticks from which the first may be tried, where that failed before

    Chain(int key) {
      this.key = key;
    }

    /** Of its first alert, in the alert log: the oldest goes first. */
    long position() {
      return items.element().position;
    }
  }

  private record Result(Item item, Delivery delivery, Outcome outcome) {}

  private final String name;
  private final DeliveryPolicy policy;
  private final Sink sink;
  private final Log alerts;
  private final DeliveryClock clock;
  private final Durations attemptTimes = new Durations();
  private final Executor executor;
  private final Cursor cursor;
  private final DeadLetters dead;
  private final Requests requests;
  private final Log.Hold hold;
  private final Breaker breaker;
  private final AlertTail reader;
  private final TreeMap<Long, Item> open = new TreeMap<>();
  private final Map<Integer, Chain> chains = new HashMap<>();
  private final Map<Long, Item> inFlight = new HashMap<>();
  private final ConcurrentLinkedQueue<Result> results = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Chain> waiting =
      new PriorityQueue<>(Comparator.<Chain>comparingLong(chain -> chain.dueNs));
  private final PriorityQueue<Chain> ready =
      new PriorityQueue<>(Comparator.<Chain>comparingLong(Chain::position));
  private final long startNs; // ticks are counted from here, so that they compare as numbers
  private long openBytes;
  private long lookedNs;
  private long delivered;
  private long failures;
  private long givenUp;
  private String trouble = "";
  private boolean hasFailed;
  private volatile SinkStatus status;
  private volatile long doneTo;

  Outbox(SinkSpec spec, Path folder, Log alerts, DeliveryClock clock, Executor executor)
      throws IOException {
    this.name = spec.name();
    this.policy = spec.policy();
    this.sink = spec.sink();
    this.alerts = alerts;
    this.clock = clock;
    this.executor = spec.isConcurrent() ? executor : Runnable::run;
    this.breaker = new Breaker(policy);
    this.startNs = clock.ticksNs();
    Files.createDirectories(folder);
    requests = new Requests(folder);
    dead = new DeadLetters(folder);
    cursor = Cursor.open(folder, alerts.firstPosition());
    if (cursor.state().read > alerts.nextPosition()) {
      // a power cut took the log's end; those alerts come again and are delivered again
      cursor.cutTo(alerts.nextPosition());
    }
    if (cursor.state().read < alerts.firstPosition()) {
      throw new DeliveryException(
          "sink `"
              + name
              + "`: its next alert, "
              + cursor.state().read
              + ", is no longer in the alert log, which begins at "
              + alerts.firstPosition());
    }
    hold = alerts.hold("sink " + name, Math.max(low(), alerts.firstPosition()));
    reopen();
    reader = new AlertTail(alerts, cursor.state().read);
    takeRequests();
    cursor.write();
    status = newStatus();
  }

  /** Reads the alerts again that were open when the process ended. */
  private void reopen() {
    TreeMap<Long, Cursor.Open> before = new TreeMap<>(cursor.state().open);
    for (Map.Entry<Long, Cursor.Open> entry : before.entrySet()) {
      if (!read(entry.getKey(), entry.getValue())) {
        cursor.done(entry.getKey());
        trouble = "alert " + entry.getKey() + " is no longer in the alert log";
      }
    }
  }

  /** Makes the alert at this position an open one; false if the log does not have it. */
  private boolean read(long position, Cursor.Open how) {
    if (position < alerts.firstPosition() || position >= alerts.nextPosition()) {
      return false;
    }
    try (AlertTail at = new AlertTail(alerts, position)) {
      if (!at.next() || at.position() != position) {
        return false;
      }
      add(at, how);
      return true;
    }
  }

  private void add(AlertTail at, Cursor.Open how) {
    Chain chain = chains.computeIfAbsent(at.keyHash(), Chain::new);
    Item item = new Item(at, chain, how);
    open.put(item.position, item);
    openBytes += item.alert.length;
    chain.items.add(item);
    if (chain.items.size() == 1) {
      ready.add(chain);
    }
  }

  private void wait(Chain chain, long dueNs) {
    chain.dueNs = dueNs;
    waiting.add(chain);
  }

  private long now() {
    return clock.ticksNs() - startNs;
  }

  /** Where the oldest alert that is still needed stands. */
  private long low() {
    Cursor.State state = cursor.state();
    return state.open.isEmpty() ? state.read : Math.min(state.open.firstKey(), state.read);
  }

  // ---- the turn
  // -----------------------------------------------------------------------------------

  /** Does what there is to do now; returns how much that was. Never waits for a receiver itself. */
  int doWork() {
    if (hasFailed) {
      return 0;
    }
    try {
      return turn();
    } catch (RuntimeException e) {
      hasFailed = true; // a damaged alert log, or a fault: nothing more can be trusted
      trouble = "stopped: " + e;
      status = newStatus();
      return 0;
    }
  }

  private int turn() {
    long nowNs = now();
    int work = 0;
    try {
      boolean looks = nowNs - lookedNs >= LOOK_EVERY_NS;
      if (looks) {
        lookedNs = nowNs;
        sink.sync();
        cursor.sync();
        takeRequests();
        endOverdue(nowNs);
        hold.moveTo(Math.max(hold.position(), low()));
      }
      work += takeResults();
      if (cursor.state().disabled.isEmpty()) {
        work += readOn();
        work += begin();
      }
      cursor.write();
      doneTo = newDoneTo();
      trouble = looks && !trouble.startsWith("alert ") ? "" : trouble;
      if (work > 0 || looks) {
        status = newStatus();
      }
    } catch (IOException e) {
      if (trouble.isEmpty()) {
        trouble = "cannot write where it stands: " + e.getMessage();
      }
      status = newStatus();
    }
    return work;
  }

  private int readOn() {
    int read = 0;
    while (read < STEP && open.size() < policy.openMost() && openBytes < policy.openBytesMost()) {
      long expected = cursor.state().read;
      if (!reader.next()) {
        break;
      }
      cursor.read(reader.position() + 1);
      for (long lost = expected; lost < reader.position(); lost++) {
        cursor.done(lost);
      }
      add(reader, new Cursor.Open(0, 0));
      read++;
    }
    return read;
  }

  private int begin() {
    int begun = 0;
    while (begun < STEP && inFlight.size() < policy.parallel()) {
      long nowNs = now();
      for (Chain due = waiting.peek(); due != null && due.dueNs <= nowNs; due = waiting.peek()) {
        ready.add(waiting.remove());
      }
      if (ready.isEmpty() || !breaker.allows(nowNs)) {
        break;
      }
      Chain chain = ready.remove();
      breaker.began(nowNs);
      Item item = chain.items.element();
      Delivery delivery =
          new Delivery(
              item.position,
              item.id,
              item.detectedNs,
              item.attempts + 1,
              clock.wallNs(),
              item.alert);
      item.startedNs = nowNs;
      item.attempt = delivery;
      inFlight.put(item.position, item);
      try {
        executor.execute(() -> results.add(new Result(item, delivery, attempt(delivery))));
      } catch (RejectedExecutionException e) {
        return begun; // it is being closed: the alert stays open
      }
      begun++;
      takeResults(); // of a sink that has answered already
      if (!cursor.state().disabled.isEmpty()) {
        break;
      }
    }
    return begun;
  }

  private Outcome attempt(Delivery delivery) {
    long beganNs = clock.ticksNs();
    try {
      return sink.deliver(delivery);
    } catch (RuntimeException | Error e) {
      return Outcome.failed(e.toString());
    } finally {
      attemptTimes.add(clock.ticksNs() - beganNs);
    }
  }

  private int takeResults() {
    int taken = 0;
    for (Result result = results.poll(); result != null; result = results.poll()) {
      Item item = result.item();
      inFlight.remove(item.position);
      item.attempt = null;
      take(item, result.delivery(), result.outcome());
      taken++;
    }
    return taken;
  }

  private void take(Item item, Delivery delivery, Outcome outcome) {
    long nowNs = now();
    if (outcome.kind() == Outcome.Kind.DELIVERED) {
      delivered++;
      breaker.succeeded();
      finished(item);
      return;
    }
    failures++;
    item.attempts = delivery.attempt();
    item.firstNs = item.firstNs == 0 ? delivery.attemptedNs() : item.firstNs;
    if (outcome.kind() == Outcome.Kind.GONE) {
      cursor.disabled(outcome.reason().replaceAll("\\p{Cntrl}", " "));
      retry(item, nowNs);
      return;
    }
    breaker.failed(nowNs, Math.min(outcome.pauseNs(), PAUSE_NS_MAX));
    if (clock.wallNs() - item.firstNs >= policy.giveUpAfter().toNanos()) {
      try {
        dead.add(delivery, item.firstNs, outcome.reason());
        givenUp++;
        finished(item);
        return;
      } catch (IOException e) {
        trouble = "cannot write dead letters: " + e.getMessage();
      }
    }
    retry(item, nowNs + pauseNs(item));
  }

  private void retry(Item item, long dueNs) {
    cursor.open(item.position, new Cursor.Open(item.attempts, item.firstNs));
    wait(item.chain, dueNs);
  }

  private void finished(Item item) {
    cursor.done(item.position);
    open.remove(item.position);
    openBytes -= item.alert.length;
    Chain chain = item.chain;
    chain.items.remove();
    if (chain.items.isEmpty()) {
      chains.remove(chain.key);
    } else {
      ready.add(chain);
    }
  }

  /** Doubles with each failure up to the longest; less by chance, up to a half. */
  private long pauseNs(Item item) {
    long pauseNs = policy.retryFirst().toNanos();
    long mostNs = policy.retryMost().toNanos();
    for (int i = 1; i < item.attempts && pauseNs < mostNs; i++) {
      pauseNs *= 2;
    }
    pauseNs = Math.min(pauseNs, mostNs);
    long bits = mixed(policy.seed() + mixed(item.position * 31 + item.attempts));
    return pauseNs - (long) ((bits >>> 11) * 0x1.0p-53 * pauseNs / 2);
  }

  /** The finish of SplitMix64. */
  private static long mixed(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private void endOverdue(long nowNs) {
    long mostNs = policy.timeout().toNanos() + GRACE_NS;
    for (Item item : inFlight.values()) {
      Delivery attempt = item.attempt;
      if (attempt != null && nowNs - item.startedNs > mostNs) {
        sink.giveUp(attempt);
      }
    }
  }

  // ---- requests
  // -----------------------------------------------------------------------------------

  private void takeRequests() throws IOException {
    for (Requests.Request request : requests.waiting()) {
      String[] words = request.line().split(" ", 3);
      switch (words[0]) {
        case "enable" -> cursor.enabled();
        case "disable" -> cursor.disabled(request.line().substring("disable".length()).strip());
        case "resend" -> resend(Long.parseLong(words[1]), Long.parseLong(words[2]));
        default -> trouble = "no such request: " + request.line();
      }
      cursor.write();
      Files.delete(request.file());
    }
  }

  private void resend(long from, long to) throws IOException {
    for (long position = from; position < Math.min(to, cursor.state().read); position++) {
      if (!open.containsKey(position)) {
        Cursor.Open anew = new Cursor.Open(0, 0);
        if (read(position, anew)) {
          cursor.open(position, anew);
          cursor.write();
          dead.replayed(position);
        }
      }
    }
  }

  // ---- for others
  // ---------------------------------------------------------------------------------

  Durations attemptTimes() {
    return attemptTimes;
  }

  SinkStatus status() {
    return status;
  }

  /** All alerts of the log are delivered or dead, or nothing is delivered any more. */
  boolean isDone() {
    return doneTo >= alerts.nextPosition();
  }

  private long newDoneTo() {
    if (!cursor.state().disabled.isEmpty() && inFlight.isEmpty()) {
      return Long.MAX_VALUE;
    }
    return open.isEmpty() ? cursor.state().read : 0;
  }

  private SinkStatus newStatus() {
    return new SinkStatus(
        name,
        alerts.nextPosition() - cursor.state().read + open.size(),
        open.isEmpty() ? 0 : open.firstEntry().getValue().detectedNs,
        delivered,
        failures,
        givenUp,
        dead.size(),
        cursor.state().disabled,
        breaker.isOpen(),
        trouble);
  }

  /** Writes down where it stands. Attempts that are still under way are made again by the next. */
  @Override
  public void close() throws IOException {
    takeResults();
    status = newStatus();
    try (sink;
        cursor;
        dead;
        reader) {
      hold.close();
      sink.sync();
    }
  }
}
