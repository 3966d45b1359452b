package dev.weir.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.engine.ChunkStore.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class CheckpointsTest {
  @Test
  void shouldGiveBackTheChunksOfEachPartInOrder() {
    SimulatedStore store = new SimulatedStore(1);
    write(new Checkpoints(store), 7, 300);
    Checkpoints again = new Checkpoints(store.afterCrash());
    assertThat(again.list()).hasSize(1);
    assertThat(again.list().get(0).position()).isEqualTo(7);
    assertThat(again.list().get(0).parts()).extracting("name").containsExactly("run", "engine 0");
    assertThat(read(again, again.list().get(0), 1)).hasSize(300).startsWith("7:0", "7:1");
    assertThat(read(again, again.list().get(0), 0)).containsExactly("run at 7");
  }

  @Test
  void shouldKeepTheLastTwoAndNothingOfTheOthers() {
    SimulatedStore store = new SimulatedStore(1);
    Checkpoints checkpoints = new Checkpoints(store);
    for (int position = 1; position <= 5; position++) {
      write(checkpoints, position, 3);
    }
    assertThat(checkpoints.list()).extracting("position").containsExactly(5L, 4L);
    int[] pairs = new int[1];
    store.forEach(new byte[0], new byte[] {'z'}, (name, buffer, length) -> pairs[0]++ >= 0);
    assertThat(pairs[0]).isEqualTo(2 * (1 + 4));
  }

  /**
   * At every write, 30 draws of what survives: there is always a whole checkpoint to go on from.
   */
  @Test
  void shouldHaveTheNewestCompleteCheckpointAfterACrashAtAnyWrite() {
    int crashes = 0;
    for (int at = 0; ; at++) {
      boolean isDone = true;
      for (int seed = 0; seed < 30; seed++) {
        SimulatedStore store = new SimulatedStore(seed);
        Checkpoints checkpoints = new Checkpoints(store);
        write(checkpoints, 1, 2);
        write(checkpoints, 2, 2);
        store.crashAfter(at);
        long complete = 2;
        try {
          for (; complete < 5; complete++) {
            write(checkpoints, complete + 1, 2);
          }
        } catch (SimulatedStore.Crash e) {
          isDone = false;
          crashes++;
        }
        Checkpoints next = new Checkpoints(store.afterCrash());
        List<Checkpoint> found = next.list();
        assertThat(found).as("seed %d, write %d", seed, at).isNotEmpty();
        assertThat(found.get(0).position()).isBetween(complete, complete + 1);
        for (Checkpoint checkpoint : found) {
          String place = "seed " + seed + ", write " + at + ", " + checkpoint;
          assertThat(read(next, checkpoint, 1)).as(place).hasSize(2);
          assertThat(read(next, checkpoint, 0))
              .as(place)
              .containsExactly("run at " + checkpoint.position());
        }
        write(next, 9, 3); // and it goes on
        assertThat(read(next, next.list().get(0), 1)).hasSize(3).startsWith("9:0");
      }
      if (isDone) {
        break;
      }
    }
    assertThat(crashes).isGreaterThan(300);
  }

  @Test
  void shouldSayWhichPartIsDamaged() {
    SimulatedStore store = new SimulatedStore(1);
    Checkpoints checkpoints = new Checkpoints(store);
    Checkpoint written = write(checkpoints, 7, 5);
    List<byte[]> names = new ArrayList<>();
    store.forEach(new byte[] {'c'}, new byte[] {'d'}, (name, buffer, length) -> names.add(name));
    byte[] name = names.get(3);
    byte[] next = name.clone();
    next[20]++;
    store.remove(name, next);
    assertThat(read(checkpoints, written, 0)).hasSize(1);
    assertThatThrownBy(() -> read(checkpoints, written, 1))
        .isInstanceOf(BadCheckpointException.class)
        .hasMessage("the checkpoint at position 7 is damaged: part=engine 0, chunks=2 of 5");
    store.put(name, new UnsafeBuffer(new byte[3]), 0, 3);
    assertThatThrownBy(() -> read(checkpoints, written, 1))
        .isInstanceOf(BadCheckpointException.class);
  }

  @Test
  void shouldPassOverADamagedManifest() {
    SimulatedStore store = new SimulatedStore(1);
    Checkpoints checkpoints = new Checkpoints(store);
    write(checkpoints, 7, 5);
    write(checkpoints, 8, 5);
    store.forEach(
        new byte[] {'m'},
        new byte[] {'n'},
        (name, buffer, length) -> {
          if (name[8] == 2) {
            byte[] bytes = new byte[length];
            buffer.getBytes(0, bytes);
            bytes[20] ^= 1;
            store.put(name, new UnsafeBuffer(bytes), 0, length);
          }
          return true;
        });
    Checkpoints again = new Checkpoints(store);
    assertThat(again.damaged()).isEqualTo(1);
    assertThat(again.list()).extracting("position").containsExactly(7L);
    write(again, 9, 5);
    assertThat(again.list()).extracting("position").containsExactly(9L, 7L);
  }

  @Test
  void shouldGoOnWhenTheDiskHasRoomAgain() {
    SimulatedStore store = new SimulatedStore(1);
    Checkpoints checkpoints = new Checkpoints(store);
    write(checkpoints, 1, 5);
    store.isFull(true);
    assertThatThrownBy(() -> write(checkpoints, 2, 5)).isInstanceOf(StoreException.class);
    store.isFull(false);
    write(checkpoints, 3, 5);
    assertThat(checkpoints.list()).extracting("position").containsExactly(3L, 1L);
  }

  private static Checkpoint write(Checkpoints checkpoints, long position, int chunks) {
    Checkpoints.Writing writing = checkpoints.begin(position);
    try (Checkpoints.PartWriting engine = writing.part(1, "engine 0")) {
      for (int i = 0; i < chunks; i++) {
        chunk(engine, position + ":" + i);
      }
    }
    try (Checkpoints.PartWriting run = writing.part(0, "run")) {
      chunk(run, "run at " + position);
    }
    return writing.commit();
  }

  private static void chunk(Checkpoints.PartWriting part, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    part.onChunk(new UnsafeBuffer(bytes), 0, bytes.length);
  }

  private static List<String> read(Checkpoints checkpoints, Checkpoint checkpoint, int part) {
    List<String> chunks = new ArrayList<>();
    checkpoints.read(
        checkpoint,
        part,
        (buffer, offset, length) -> chunks.add(buffer.getStringWithoutLengthUtf8(offset, length)));
    return chunks;
  }
}
