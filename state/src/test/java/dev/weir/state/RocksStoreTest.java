package dev.weir.state;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.engine.ChunkStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RocksStoreTest extends ChunkStoreContract {
  @Override
  ChunkStore open(Path in) {
    return RocksStore.open(in);
  }

  @Override
  ChunkStore reopen(ChunkStore closed, Path in) {
    return RocksStore.open(in);
  }

  @Test
  void shouldRefuseAFolderThatIsInUse() {
    try (ChunkStore store = open(folder)) {
      assertThatThrownBy(() -> RocksStore.open(folder))
          .isInstanceOf(ChunkStore.StoreException.class)
          .hasMessageContaining(folder.toString());
      store.sync();
    }
  }
}
