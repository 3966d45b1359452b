package dev.weir.server;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Waits for changes of a rule file, or of any file in a folder of rules. Owned by one thread. */
final class RuleWatch implements AutoCloseable {
  private static final long SETTLED_MS = 50; // editors write a file in several steps
  private static final List<String> ENDINGS = List.of(".weir", ".csv", ".txt");

  private final WatchService service;
  private final Path root;

  RuleWatch(Path path) throws IOException {
    Path absolute = path.toAbsolutePath();
    Path parent = absolute.getParent();
    this.root = Files.isDirectory(absolute) || parent == null ? absolute : parent;
    this.service = root.getFileSystem().newWatchService();
    register();
  }

  /** Folders that came since are watched too; those known already stay so. */
  private void register() throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path folder : walk.filter(Files::isDirectory).toList()) {
        folder.register(
            service,
            StandardWatchEventKinds.ENTRY_CREATE,
            StandardWatchEventKinds.ENTRY_MODIFY,
            StandardWatchEventKinds.ENTRY_DELETE);
      }
    }
  }

  /** Returns when something has changed and is quiet again; false once interrupted. */
  boolean await() throws IOException {
    try {
      boolean isChanged = false;
      while (!isChanged) {
        isChanged = isOfInterest(service.take());
      }
      for (WatchKey key = next(); key != null; key = next()) {
        isOfInterest(key);
      }
      register();
      return true;
    } catch (InterruptedException | ClosedWatchServiceException e) {
      return false;
    }
  }

  private @org.jspecify.annotations.Nullable WatchKey next() throws InterruptedException {
    return service.poll(SETTLED_MS, TimeUnit.MILLISECONDS);
  }

  private static boolean isOfInterest(WatchKey key) {
    boolean isOfInterest = false;
    for (WatchEvent<?> event : key.pollEvents()) {
      String name = String.valueOf(event.context());
      isOfInterest |=
          event.kind() == StandardWatchEventKinds.OVERFLOW
              || ENDINGS.stream().anyMatch(name::endsWith);
    }
    key.reset();
    return isOfInterest;
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
