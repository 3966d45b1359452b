package dev.weir;

import dev.weir.alerts.Orphans;
import dev.weir.engine.ChunkStore;
import dev.weir.journal.Log;
import dev.weir.journal.LogOptions;
import dev.weir.journal.Logs;
import dev.weir.state.RocksStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A data folder: logs as Chronicle Queues, checkpoints in RocksDB. */
final class FolderStorage implements Storage {
  private static final String NEXT_ALERTS = "alerts.new";
  private static final String OLD_ALERTS = "alerts.old";

  private final Path folder;

  FolderStorage(Path folder) {
    this.folder = folder;
  }

  @Override
  public Log openJournal(LogOptions options) {
    return Logs.open(DataFolder.journalOf(folder), options);
  }

  @Override
  public Log openAlerts(LogOptions options) {
    Path alerts = DataFolder.alertsOf(folder);
    Path next = folder.resolve(NEXT_ALERTS);
    try {
      if (!Files.exists(alerts) && Files.exists(next)) {
        move(next, alerts);
      }
      delete(folder.resolve(OLD_ALERTS));
    } catch (IOException e) {
      throw unusable(e);
    }
    return Logs.open(alerts, options);
  }

  @Override
  public Log makeNextAlerts(LogOptions options) {
    dropNextAlerts();
    return Logs.open(folder.resolve(NEXT_ALERTS), options);
  }

  @Override
  public void dropNextAlerts() {
    try {
      delete(folder.resolve(NEXT_ALERTS));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  @Override
  public void replaceAlerts() {
    Path alerts = DataFolder.alertsOf(folder);
    Path old = folder.resolve(OLD_ALERTS);
    try {
      delete(old);
      // by two renames: a folder that is half deleted would be taken for a damaged log
      move(alerts, old);
      move(folder.resolve(NEXT_ALERTS), alerts);
      delete(old);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  @Override
  public void writeOrphans(int epoch, Log alerts, long first) {
    Orphans.write(alerts, first, folder.resolve("orphans-" + epoch + ".jsonl"));
  }

  @Override
  public ChunkStore openCheckpoints() {
    return RocksStore.open(folder.resolve(DataFolder.CHECKPOINTS));
  }

  @Override
  public String name() {
    return folder.toString();
  }

  private UncheckedIOException unusable(IOException e) {
    return new UncheckedIOException(folder + ": cannot be opened: " + e.getMessage(), e);
  }

  private void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> paths = Files.walk(directory)) {
      all = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
