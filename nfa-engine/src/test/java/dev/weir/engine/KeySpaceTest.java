package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The index of keys against a map. */
class KeySpaceTest {
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[16]);

  private int length(long number) {
    return KeyBytes.writeNumber(key, 0, number);
  }

  /** Few different hashes, so that probes are long and tags collide. */
  private static long hash(long number) {
    return (number % 97) << 40 | number % 3;
  }

  @Test
  void shouldFindExactlyTheKeysThatAreThere() {
    for (int seed = 1; seed <= 20; seed++) {
      Random random = new Random(seed);
      Arena arena = new Arena(64 << 20);
      KeySpace space = new KeySpace(arena, 1);
      long bytesBefore = arena.bytesInUse() + space.indexBytes();
      Map<Long, Integer> rows = new HashMap<>();
      for (int step = 0; step < 6_000; step++) {
        boolean fills = step / 1_500 % 2 == 0;
        long number = random.nextInt(2_000);
        int length = length(number);
        Integer known = rows.get(number);
        assertThat(space.find(key, length, hash(number)))
            .as("seed %d, step %d", seed, step)
            .isEqualTo(known == null ? Arena.NULL : known);
        if (known == null && (fills || random.nextInt(4) == 0)) {
          int row = space.add(key, length, hash(number));
          space.retain(row);
          rows.put(number, row);
        } else if (known != null && (!fills || random.nextInt(4) == 0)) {
          space.release(known);
          rows.remove(number);
        }
        space.sweep();
        assertThat(space.size()).isEqualTo(rows.size());
      }
      rows.values().forEach(space::release);
      space.sweep();
      assertThat(space.size()).isZero();
      assertThat(arena.bytesInUse() + space.indexBytes()).isEqualTo(bytesBefore);
    }
  }

  @Test
  void shouldUseItsTablesAgainWhenKeysComeAndGo() {
    Arena arena = new Arena(64 << 20);
    KeySpace space = new KeySpace(arena, 1);
    long reserved = 0;
    for (int tide = 0; tide < 4; tide++) {
      int[] rows = new int[10_000];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = space.add(key, length(i), i * 0x9E3779B97F4A7C15L);
        space.retain(rows[i]);
      }
      space.sweep();
      for (int row : rows) {
        space.release(row);
      }
      space.sweep();
      assertThat(space.indexBytes()).isEqualTo(64 * 8);
      if (tide == 0) {
        reserved = arena.bytesReserved();
      }
      assertThat(arena.bytesReserved()).isEqualTo(reserved);
    }
  }
}
