package dev.weir.alerts.delivery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What somebody asks of a sink from outside its process, as small files in the sink's folder; the
 * outbox takes them within a second, or when it is opened next.
 *
 * <pre>
 *   resend FROM TO     the alerts from this position up to that, without it
 *   enable             deliver again
 *   disable REASON
 * </pre>
 */
public final class Requests {
  private static final String SUFFIX = ".request";

  private final Path folder;

  Requests(Path sinkFolder) throws IOException {
    folder = sinkFolder.resolve("requests");
    Files.createDirectories(folder);
  }

  /** Delivers again what stands at these positions of the alert log, under the same ids. */
  public static void resend(Path sinkFolder, long from, long to) throws IOException {
    new Requests(sinkFolder).ask("resend " + from + ' ' + to);
  }

  /** Delivers again after the sink was disabled. */
  public static void enable(Path sinkFolder) throws IOException {
    new Requests(sinkFolder).ask("enable");
  }

  /** Delivers nothing more; what comes waits in the alert log. */
  public static void disable(Path sinkFolder, String reason) throws IOException {
    new Requests(sinkFolder).ask("disable " + reason.replaceAll("\\p{Cntrl}", " "));
  }

  private void ask(String line) throws IOException {
    Path file = Files.createTempFile(folder, "new-", ".part");
    Files.writeString(file, line + "\n");
    String name = file.getFileName().toString().replace(".part", SUFFIX);
    Files.move(file, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /** A request and the file to delete once it is done. */
  record Request(Path file, String line) {}

  List<Request> waiting() throws IOException {
    List<Request> requests = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList()) {
        requests.add(new Request(file, Files.readString(file).strip()));
      }
    }
    return requests;
  }
}
