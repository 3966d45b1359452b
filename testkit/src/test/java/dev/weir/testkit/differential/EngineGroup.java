package dev.weir.testkit.differential;

import dev.weir.engine.AlertSink;
import dev.weir.engine.Engine;
import dev.weir.engine.FeatureRows;
import dev.weir.engine.KeyGroups;
import dev.weir.engine.Program;
import dev.weir.engine.StateImport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/** Engines that share the keys among them, in two phases where the rules need it. */
final class EngineGroup {
  private static final long BUDGET_BYTES = 64 << 20;

  final List<Engine> engines = new ArrayList<>();
  private final List<Engine> ahead = new ArrayList<>();
  private final List<FeatureRows> rows = new ArrayList<>();

  EngineGroup(Program program, AlertSink sink, int count) {
    for (int i = 0; i < count; i++) {
      KeyGroups owned = KeyGroups.ofShard(i, count);
      engines.add(new Engine(program, sink, BUDGET_BYTES, owned));
      if (count > 1 && program.readsAcrossKeys()) {
        ahead.add(Engine.ofSharedFeatures(program, BUDGET_BYTES, owned));
        rows.add(new FeatureRows());
      }
    }
  }

  /** The state of another group goes on here. */
  EngineGroup goOnFrom(EngineGroup other) {
    List<byte[]> chunks = new ArrayList<>();
    for (Engine engine : other.engines) {
      engine.exportState(
          (buffer, offset, length) -> {
            byte[] chunk = new byte[length];
            buffer.getBytes(offset, chunk);
            chunks.add(chunk);
          });
    }
    for (int i = 0; i < engines.size(); i++) {
      StateImport importing = engines.get(i).importState(other.engines.size());
      chunks.forEach(chunk -> importing.onChunk(new UnsafeBuffer(chunk), 0, chunk.length));
      importing.finish();
      if (!ahead.isEmpty()) {
        ahead.get(i).takeOver(engines.get(i));
      }
    }
    return this;
  }

  /** Gives the same records to every engine. */
  void fold(Consumer<Engine> stretch) {
    for (int i = 0; i < ahead.size(); i++) {
      rows.get(i).clear();
      ahead.get(i).writesTo(rows.get(i));
      stretch.accept(ahead.get(i));
    }
    for (Engine engine : engines) {
      if (!ahead.isEmpty()) {
        engine.readsFrom(rows);
      }
      stretch.accept(engine);
    }
  }
}
