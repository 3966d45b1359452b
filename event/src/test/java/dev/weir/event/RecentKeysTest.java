package dev.weir.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RecentKeysTest {
  private final RecentKeys keys = new RecentKeys();
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[RecordLayout.TEXT_BYTES_MAX]);

  private int length(int id) {
    // lengths of all kinds; a few so long that they do not fit the rest of a chunk
    int length = id % 97 == 0 ? RecordLayout.TEXT_BYTES_MAX : id % 41;
    key.setMemory(0, length, (byte) id);
    if (length >= Integer.BYTES) {
      key.putInt(length - Integer.BYTES, id);
    }
    return length;
  }

  @Test
  void shouldAgreeWithAMapOverRandomWork() {
    long seed = Long.getLong("weir.seed", 7);
    Random random = new Random(seed);
    record Model(long timeNs, long number) {}
    Map<String, Model> model = new HashMap<>();
    long now = -50;
    for (int i = 0; i < 60_000; i++) {
      now += random.nextInt(3);
      int id = random.nextInt(random.nextInt(10) == 0 ? 50_000 : 400);
      int length = length(id);
      String name =
          length + ":" + (length < Integer.BYTES ? (byte) (length == 0 ? 0 : id) : (long) id);
      long horizon = i < 30_000 ? 2_000 : 100;
      long oldest = now - horizon;
      model.values().removeIf(entry -> entry.timeNs() < oldest);
      keys.forgetBefore(oldest);
      long found = keys.find(key, 0, length);
      Model expected = model.get(name);
      assertThat(found == RecentKeys.NONE)
          .as("seed=%s step=%s", seed, i)
          .isEqualTo(expected == null);
      if (expected != null) {
        assertThat(keys.timeNs(found)).isEqualTo(expected.timeNs());
        assertThat(keys.number(found)).isEqualTo(expected.number());
      }
      if (expected != null && random.nextBoolean()) {
        keys.number(found, i);
        model.put(name, new Model(expected.timeNs(), i));
      } else {
        keys.put(key, 0, length, now, -i);
        model.put(name, new Model(now, -i));
      }
      assertThat(keys.size()).isEqualTo(model.size());
    }
    keys.forgetBefore(Long.MAX_VALUE);
    assertThat(keys.size()).isZero();
    assertThat(keys.bytes()).as("the index alone").isLessThanOrEqualTo(4096 * 8);
  }

  @Test
  void shouldForgetWhatIsOlderAndKeepWhatIsAsOld() {
    keys.put(key, 0, 3, 10, 0);
    keys.forgetBefore(10);
    assertThat(keys.find(key, 0, 3)).isNotEqualTo(RecentKeys.NONE);
    keys.forgetBefore(11);
    assertThat(keys.find(key, 0, 3)).isEqualTo(RecentKeys.NONE);
  }

  @Test
  void shouldKeepARenewedKeyWhenItsOldEntryIsForgotten() {
    keys.put(key, 0, 3, 10, 1);
    keys.put(key, 0, 3, 20, 2);
    keys.forgetBefore(15);
    assertThat(keys.number(keys.find(key, 0, 3))).isEqualTo(2);
    assertThat(keys.size()).isEqualTo(1);
  }

  @Test
  void shouldTellKeysApartThatDifferInOneByteOrInLength() {
    byte[] bytes = new byte[9];
    keys.put(new UnsafeBuffer(bytes), 0, 9, 0, 1);
    for (int i = 0; i < bytes.length; i++) {
      byte[] other = Arrays.copyOf(bytes, 9);
      other[i] = 1;
      assertThat(keys.find(new UnsafeBuffer(other), 0, 9)).isEqualTo(RecentKeys.NONE);
    }
    assertThat(keys.find(new UnsafeBuffer(bytes), 0, 8)).isEqualTo(RecentKeys.NONE);
    assertThat(keys.find(new UnsafeBuffer(bytes), 0, 9)).isNotEqualTo(RecentKeys.NONE);
  }
}
