package dev.weir;

import dev.weir.engine.FeatureRows;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where the shards wait for each other between two phases. Records go by in stretches, the same
 * ones in every shard: the features of a stretch stand in rows, one list for each shard, and no
 * rule is evaluated before all of them are written. While a shard writes the rows of a stretch,
 * another may still read those of the stretch before, never older ones: so there are two sets. Safe
 * for the threads of all shards.
 */
final class FeaturePhase {
  private final List<List<FeatureRows>> rows = new ArrayList<>(); // by stretch, even or odd
  private final List<AtomicLong> written = new ArrayList<>(); // by shard: stretches

  FeaturePhase(int shards) {
    for (int i = 0; i < 2; i++) {
      List<FeatureRows> set = new ArrayList<>();
      for (int shard = 0; shard < shards; shard++) {
        set.add(new FeatureRows());
      }
      rows.add(set);
    }
    for (int shard = 0; shard < shards; shard++) {
      written.add(new AtomicLong());
    }
  }

  /** The rows of a stretch, by shard. */
  List<FeatureRows> rows(long stretch) {
    return rows.get((int) (stretch & 1));
  }

  /** The shard has written its rows of this stretch and of those before it. The shard. */
  void written(int shard, long stretch) {
    written.get(shard).setRelease(stretch + 1);
  }

  /** Whether every shard has written its rows of this stretch. */
  boolean isWritten(long stretch) {
    for (int shard = 0; shard < written.size(); shard++) {
      if (written.get(shard).getAcquire() <= stretch) {
        return false;
      }
    }
    return true;
  }
}
