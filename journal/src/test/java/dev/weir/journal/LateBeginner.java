package dev.weir.journal;

import java.nio.file.Path;

/** Opens the log in a folder, and appends to it for the first time when the process is ending. */
final class LateBeginner {
  private LateBeginner() {}

  public static void main(String[] args) {
    Log log = Logs.open(Path.of(args[0]), LogOptions.of(Durability.process()));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  BatchBuffer batch = new BatchBuffer(1 << 16);
                  TestRecords.add(batch, 0);
                  log.append(batch, 0, 0);
                  log.close();
                }));
    System.exit(3);
  }
}
