package dev.weir.journal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Appends in a process of its own until it is killed: {@code folder mode segmentBytes}. Says on its
 * output, one number a line, up to which position what was appended is acknowledged.
 */
final class Appender {
  private Appender() {}

  static Process start(Path folder, Durability.Mode mode) throws IOException {
    return ChildJvm.of(Appender.class.getName(), List.of(folder.toString(), mode.name(), "1048576"))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  public static void main(String[] args) throws IOException {
    Durability durability =
        switch (Durability.Mode.valueOf(args[1])) {
          case PROCESS -> Durability.process();
          case GROUP -> Durability.group(Duration.ofMillis(2));
          case SYNC -> Durability.sync();
        };
    LogOptions options = LogOptions.of(durability).withSegmentBytes(Long.parseLong(args[2]));
    PrintStream out = System.out;
    try (Log log = Logs.open(Path.of(args[0]), options)) {
      BatchBuffer batch = new BatchBuffer(1 << 16);
      long said = -1;
      while (true) {
        batch.clear();
        long first = log.nextPosition();
        for (int i = 0; i < 1 + first % 13; i++) {
          TestRecords.add(batch, first + i);
        }
        log.append(batch, first, System.currentTimeMillis() * 1_000_000);
        log.syncIfDue(System.currentTimeMillis() * 1_000_000);
        if (log.durablePosition() != said) {
          said = log.durablePosition();
          out.println(said);
          out.flush();
        }
      }
    }
  }
}
