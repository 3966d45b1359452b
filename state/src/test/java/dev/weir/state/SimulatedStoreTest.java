package dev.weir.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.engine.ChunkStore;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SimulatedStoreTest extends ChunkStoreContract {
  @Override
  ChunkStore open(Path in) {
    return new SimulatedStore(1);
  }

  @Override
  ChunkStore reopen(ChunkStore closed, Path in) {
    return ((SimulatedStore) closed).afterCrash();
  }

  @Test
  void shouldKeepAnyPartOfWhatWasNotSyncedInACrash() {
    Set<String> outcomes = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      SimulatedStore store = new SimulatedStore(seed);
      UnsafeBuffer value = new UnsafeBuffer(new byte[1]);
      store.put(bytes("synced"), value, 0, 1);
      store.sync();
      store.put(bytes("a"), value, 0, 1);
      store.put(bytes("b"), value, 0, 1);
      store.crashAfter(0);
      assertThatThrownBy(() -> store.put(bytes("c"), value, 0, 1))
          .isInstanceOf(SimulatedStore.Crash.class);
      SimulatedStore next = store.afterCrash();
      assertThat(next.get(bytes("synced"))).isNotNull();
      outcomes.add((next.get(bytes("a")) != null) + " " + (next.get(bytes("b")) != null));
    }
    assertThat(outcomes).hasSize(4);
  }
}
