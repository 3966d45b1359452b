package dev.weir.soak;

import dev.weir.PipelineOptions;
import dev.weir.SteppedEngine;
import dev.weir.event.EventType;
import dev.weir.event.RecordLayout;
import dev.weir.journal.ControlRecord;
import dev.weir.journal.Durability;
import dev.weir.journal.Log;
import dev.weir.journal.LogFailedException;
import dev.weir.journal.LogReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One life of an engine on a simulated machine, all of it drawn from a seed: stages turned in any
 * order, a clock that runs and steps, disks that are slow, full or fail, the process and the
 * machine that end at any operation of a disk, a client that sends again what was not acknowledged.
 * At the end the machine works; then the alert log must be, byte for byte, what a fold over the
 * journal gives in one go, and the journal must hold what was acknowledged and nothing else. Owned
 * by one thread.
 */
final class SimulationRun {
  /** Where events come from. */
  private enum From {
    FILES,
    PROGRAM,
    BOTH
  }

  /**
   * What happened, for a summary.
   *
   * @param trace a hash of the journal and the alerts: the same for the same seed
   */
  record Outcome(
      long records,
      long alerts,
      int crashes,
      int powerCuts,
      int fromCheckpoint,
      int orphanings,
      int trace) {}

  private static final long IDLE_NS = 3_000_000_000L;
  private static final int TURNS_MAX = 2_000_000;

  private final Random random;
  private final SimulatedMachine machine;
  private final Workload workload;
  private final From from;
  private final Durability durability;
  private final PipelineOptions options;
  private final boolean cutsPower;

  // the client of the live source
  private final List<byte[]> toSend = new ArrayList<>();
  private final List<Integer> unsent = new ArrayList<>(); // numbers in toSend, in order
  private final Map<Integer, Long> taken = new HashMap<>(); // positions, not yet durable
  private final Map<Integer, Long> acknowledged = new HashMap<>();
  private final List<byte[]> receivedAlerts = new ArrayList<>();

  private final List<String> notices = new ArrayList<>();
  private int crashes;
  private int powerCuts;
  private int fromCheckpoint;
  private boolean losesAcknowledged;

  private SimulationRun(long seed) {
    random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    machine = new SimulatedMachine(random.nextLong());
    from = oneOf(From.values());
    int perType = 20 + random.nextInt(random.nextInt(4) == 0 ? 1_000 : 200);
    workload = Workload.draw(random, perType, random.nextInt(3) == 0 ? 400 : 0);
    durability =
        switch (random.nextInt(3)) {
          case 0 -> Durability.process();
          case 1 -> Durability.group(Duration.ofMillis(1L << random.nextInt(10)));
          default -> Durability.sync();
        };
    cutsPower = random.nextBoolean();
    options =
        PipelineOptions.defaults()
            .withShards(1 + random.nextInt(3))
            .withCheckpointEvery(Duration.ofMillis(1L << random.nextInt(16)));
    for (EventType type : workload.plan().types()) {
      if (!isFile(type)) {
        toSend.addAll(workload.records().get(type.typeId()));
      }
    }
    for (int i = 0; i < toSend.size(); i++) {
      unsent.add(i);
    }
  }

  /**
   * Runs a seed.
   *
   * @throws AssertionError if something is not as it must be
   */
  static Outcome run(long seed) {
    SimulationRun run = new SimulationRun(seed);
    try {
      return run.run();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + ", " + run + ": " + e, e);
    }
  }

  @Override
  public String toString() {
    return from
        + " "
        + durability.mode()
        + (cutsPower ? " with power cuts" : " with kills")
        + " shards="
        + options.shards()
        + " crashes="
        + crashes;
  }

  private boolean isFile(EventType type) {
    return from == From.FILES || from == From.BOTH && type.name().equals("Login");
  }

  private Outcome run() {
    int crashesWanted = random.nextInt(9);
    boolean hasEnded = false;
    while (!hasEnded) {
      boolean isLast = crashes >= crashesWanted;
      hasEnded = live(isLast);
      if (!hasEnded) {
        crashes++;
        boolean isPowerCut = cutsPower && random.nextInt(3) > 0;
        powerCuts += isPowerCut ? 1 : 0;
        losesAcknowledged |= isPowerCut && durability.mode() == Durability.Mode.PROCESS;
        machine.restart(isPowerCut);
      }
    }
    return check();
  }

  // ---- a life of the process
  // ----------------------------------------------------------------------

  /** Runs until all is done, or the process ends; true: all is done. */
  private boolean live(boolean isLast) {
    machine.slowness(random.nextInt(4) == 0 ? 200_000_000L : random.nextInt(3) * 100_000L);
    if (!isLast && random.nextInt(4) == 0) {
      machine.crashAfter(device(), random.nextInt(12)); // while it opens
    }
    SteppedEngine engine = null;
    try {
      engine = open(machine, options);
      resend(engine);
      fromCheckpoint += engine.begunAt() > 0 ? 1 : 0;
      turn(engine, isLast);
      if (!isLast && random.nextBoolean()) {
        return false; // killed when all was done
      }
      for (SimulatedMachine.Device device : SimulatedMachine.Device.values()) {
        machine.isFull(device, false); // or it would wait for room
      }
      engine.finish();
      return isLast;
    } catch (LogFailedException | SimulatedMachine.Death e) {
      return ended(e, isLast);
    } catch (RuntimeException e) {
      if (!machine.isCrashed()) {
        throw e;
      }
      return ended(e, isLast);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static boolean ended(RuntimeException e, boolean isLast) {
    if (isLast) {
      throw e; // nothing fails in the last life
    }
    return false;
  }

  private SteppedEngine open(SimulatedMachine on, PipelineOptions with) {
    return new SteppedEngine(
        new SteppedEngine.Parts(
            workload.plan(),
            with,
            durability,
            on,
            on.clocks(),
            workloadFiles(),
            from == From.FILES ? -1 : IDLE_NS),
        alert -> {
          byte[] bytes = new byte[alert.length()];
          alert.buffer().getBytes(alert.offset(), bytes);
          receivedAlerts.add(bytes);
        },
        this::onTicket,
        notices::add);
  }

  private List<MemorySource> workloadFiles() {
    List<MemorySource> files = new ArrayList<>();
    for (EventType type : workload.plan().types()) {
      if (isFile(type)) {
        files.add(new MemorySource(type, workload.records().get(type.typeId())));
      }
    }
    return files;
  }

  private <T> T oneOf(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private SimulatedMachine.Device device() {
    return oneOf(SimulatedMachine.Device.values());
  }

  /** Gives turns in any order, with faults unless it is the last life, until all has passed. */
  private void turn(SteppedEngine engine, boolean isLast) throws Exception {
    if (!isLast && random.nextInt(4) > 0) {
      machine.crashAfter(device(), random.nextInt(random.nextBoolean() ? 40 : 400));
    }
    int deathIn = isLast || random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(2_000);
    int starved = -1;
    for (int turns = 0; !isDone(engine); turns++) {
      if (turns > TURNS_MAX) {
        throw new AssertionError("it does not come to an end; notices: " + notices);
      }
      if (turns >= deathIn) {
        throw new SimulatedMachine.Death(); // between two turns
      }
      machine.pass(random.nextInt(random.nextInt(50) == 0 ? 500_000_000 : 200_000));
      if (random.nextInt(200) == 0) {
        machine.stepWall(random.nextInt(2_000_000) - 1_000_000);
      }
      if (random.nextInt(100) == 0) {
        starved = random.nextInt(engine.stages() + 1) - 1;
        engine.filesOffer(1 + random.nextInt(random.nextBoolean() ? 4 : 100));
      }
      if (!isLast && random.nextInt(400) == 0) {
        machine.failsForce(device(), true);
      }
      if (random.nextInt(60) == 0) {
        machine.isFull(device(), !isLast && random.nextInt(3) == 0);
      }
      send(engine);
      engine.askForCheckpoint();
      int stage = random.nextInt(engine.stages());
      if (stage != starved) {
        engine.turn(stage);
      }
      acknowledge(engine);
    }
  }

  private boolean isDone(SteppedEngine engine) {
    return unsent.isEmpty()
        && taken.isEmpty()
        && acknowledged.size() == toSend.size()
        && engine.hasPassed();
  }

  // ---- the client
  // ---------------------------------------------------------------------------------

  /** After a restart: what was acknowledged must be there, what was not is sent again. */
  private void resend(SteppedEngine engine) {
    long next = engine.journal().nextPosition();
    if (losesAcknowledged) {
      acknowledged.values().removeIf(position -> position >= next);
    }
    for (Map.Entry<Integer, Long> entry : acknowledged.entrySet()) {
      if (entry.getValue() >= next) {
        throw new AssertionError(
            "acknowledged at position " + entry.getValue() + ", but the journal ends at " + next);
      }
    }
    taken.clear();
    unsent.clear();
    for (int i = 0; i < toSend.size(); i++) {
      if (!acknowledged.containsKey(i)) {
        unsent.add(i);
      }
    }
  }

  private void send(SteppedEngine engine) {
    int count = Math.min(unsent.size(), random.nextInt(5));
    for (int i = 0; i < count; i++) {
      int number = unsent.get(0);
      UnsafeBuffer record = new UnsafeBuffer(toSend.get(number).clone());
      RecordLayout.stampSource(record, 0, engine.liveSource(), 0, number);
      if (!engine.ring().offer(number + 1, record, 0, record.capacity())) {
        return;
      }
      unsent.remove(0);
    }
  }

  private void onTicket(long ticket, long position) {
    if (position < 0) {
      throw new AssertionError("refused: event " + (ticket - 1));
    }
    taken.put((int) ticket - 1, position);
  }

  private void acknowledge(SteppedEngine engine) {
    if (taken.isEmpty()) {
      return;
    }
    long durable = engine.journal().durablePosition();
    taken
        .entrySet()
        .removeIf(
            entry -> {
              boolean isDurable = entry.getValue() < durable;
              if (isDurable) {
                acknowledged.put(entry.getKey(), entry.getValue());
              }
              return isDurable;
            });
  }

  // ---- what must hold in the end
  // ------------------------------------------------------------------

  private Outcome check() {
    machine.restart(false);
    List<byte[]> journal;
    List<byte[]> alerts;
    try (SteppedEngine engine = open(machine, options)) {
      pass(engine); // what a tick let out after the last event has gone its way
      journal = all(engine.journal());
      alerts = all(engine.alerts());
    }

    checkEvents(journal);
    same("fold over the journal", fold(machine.withJournalAlone()), alerts);
    if (from == From.FILES && machine.orphanings() == 0) {
      same("run without a crash", fold(new SimulatedMachine(1)), alerts);
    }
    if (!losesAcknowledged) {
      checkReceived(alerts);
    }
    int trace = 0;
    for (byte[] record : journal) {
      trace = 31 * trace + Arrays.hashCode(record);
    }
    for (byte[] alert : alerts) {
      trace = 31 * trace + Arrays.hashCode(alert);
    }
    return new Outcome(
        journal.size(),
        alerts.size(),
        crashes,
        powerCuts,
        fromCheckpoint,
        machine.orphanings(),
        trace);
  }

  /** The alerts of one shard in one go, from what the machine has. */
  private List<byte[]> fold(SimulatedMachine on) {
    List<byte[]> received = List.copyOf(receivedAlerts);
    PipelineOptions once = options.withShards(1).withCheckpointEvery(Duration.ofDays(1));
    try (SteppedEngine engine = open(on, once)) {
      pass(engine);
      return all(engine.alerts());
    } finally {
      receivedAlerts.clear();
      receivedAlerts.addAll(received);
    }
  }

  /** Lets all pass that is there, with a clock that stands. */
  private static void pass(SteppedEngine engine) {
    long records = engine.journal().nextPosition();
    try {
      while (!engine.hasPassed()) {
        for (int stage = 0; stage < engine.stages(); stage++) {
          engine.turn(stage);
        }
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    if (records > 0 && engine.journal().nextPosition() != records) {
      throw new AssertionError("a fold over a whole journal appended to it");
    }
    engine.flush();
  }

  private static List<byte[]> all(Log log) {
    List<byte[]> all = new ArrayList<>();
    try (LogReader reader = log.reader(0)) {
      while (reader.next()) {
        reader
            .batch()
            .forEach(
                0,
                (position, buffer, offset, length) -> {
                  byte[] record = new byte[length];
                  buffer.getBytes(offset, record);
                  all.add(record);
                });
      }
    }
    return all;
  }

  private static void same(String what, List<byte[]> expected, List<byte[]> actual) {
    for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
      String wanted = i < expected.size() ? text(expected.get(i)) : "nothing more";
      String found = i < actual.size() ? text(actual.get(i)) : "nothing more";
      if (i >= expected.size()
          || i >= actual.size()
          || !Arrays.equals(expected.get(i), actual.get(i))) {
        throw new AssertionError(
            "alert " + i + " is not that of the " + what + ":\n" + found + "\nbut:\n" + wanted);
      }
    }
  }

  private static String text(byte[] alert) {
    return new dev.weir.alerts.Alert().wrap(new UnsafeBuffer(alert), 0).json();
  }

  /** Every event stands in the journal as it was sent, those of files once, and no others. */
  private void checkEvents(List<byte[]> journal) {
    Map<Integer, byte[]> byPlace = new HashMap<>();
    int[] ofFile = new int[workload.records().size()];
    int live = (int) workload.plan().types().stream().filter(this::isFile).count();
    for (byte[] bytes : journal) {
      UnsafeBuffer record = new UnsafeBuffer(bytes);
      if (ControlRecord.is(record, 0)) {
        continue;
      }
      int place = (int) RecordLayout.sourcePlace(record, 0);
      if (RecordLayout.sourceId(record, 0) == live) {
        sameEvent(toSend.get(place), bytes);
        byPlace.put(place, bytes);
      } else {
        int type = new dev.weir.event.EventReader().wrap(record, 0).typeId();
        if (ofFile[type]++ != place) {
          throw new AssertionError("event " + place + " of a file stands out of its order");
        }
        sameEvent(workload.records().get(type).get(place), bytes);
      }
    }
    if (byPlace.size() != toSend.size()) {
      throw new AssertionError("sent: " + toSend.size() + ", in the journal: " + byPlace.size());
    }
    for (EventType type : workload.plan().types()) {
      int wanted = isFile(type) ? workload.records().get(type.typeId()).size() : 0;
      if (ofFile[type.typeId()] != wanted) {
        throw new AssertionError("events of " + type.name() + ": " + ofFile[type.typeId()]);
      }
    }
    acknowledged.forEach(
        (number, position) -> {
          if (RecordLayout.sourcePlace(new UnsafeBuffer(journal.get((int) (long) position)), 0)
              != number) {
            throw new AssertionError("another event at position " + position);
          }
        });
  }

  private static void sameEvent(byte[] sent, byte[] stands) {
    boolean same = sent.length == stands.length;
    for (int i = 0; same && i < sent.length; i++) {
      boolean isStamp = i == RecordLayout.VERDICT_OFFSET || i >= 8 && i < RecordLayout.NULLS_OFFSET;
      same = isStamp || sent[i] == stands[i];
    }
    if (!same) {
      throw new AssertionError("an event of the journal was never sent");
    }
  }

  /** What went out once stands in the log: it had waited until its records were durable. */
  private void checkReceived(List<byte[]> alerts) {
    Map<String, Integer> standing = new HashMap<>();
    alerts.forEach(alert -> standing.merge(text(alert), 1, Integer::sum));
    for (byte[] alert : receivedAlerts) {
      if (!standing.containsKey(text(alert))) {
        throw new AssertionError("went out, but is not in the log: " + text(alert));
      }
    }
  }
}
