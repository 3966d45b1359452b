package dev.weir.server;

import dev.weir.AlertDelivery;
import dev.weir.alerts.delivery.DeadLetters;
import dev.weir.alerts.delivery.DeadLetters.DeadLetter;
import dev.weir.dsl.diagnostic.NearNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The sinks of a data folder as they stand on disk, whether an engine runs or not. */
final class SinkFolders {
  /** A dead letter and the sink that gave it up. */
  record Found(String sink, Path folder, DeadLetter letter) {}

  private final CommandLine line;
  private final Path deliveries;

  SinkFolders(CommandLine line, Path data) throws IOException {
    this.line = line;
    if (!Files.isDirectory(data)) {
      throw new NoSuchFileException(data.toString());
    }
    deliveries = AlertDelivery.deliveriesOf(data);
  }

  /** Names of all sinks, or this one's. */
  List<String> names(Optional<String> only) throws IOException {
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(deliveries)) {
      try (Stream<Path> folders = Files.list(deliveries)) {
        folders
            .filter(Files::isDirectory)
            .forEach(folder -> names.add(String.valueOf(folder.getFileName())));
      }
    }
    names.sort(null);
    if (only.isEmpty()) {
      return names;
    }
    if (!names.contains(only.get())) {
      List<String> near = NearNames.of(only.get(), names);
      throw new ParameterException(
          line,
          "no sink `"
              + only.get()
              + "` has delivered from there"
              + (near.isEmpty() ? "" : "; did you mean `" + near.get(0) + "`?"));
    }
    return List.of(only.get());
  }

  Path folderOf(String sink) {
    return deliveries.resolve(sink);
  }

  /** The dead letters of all sinks or one, by sink and position. */
  List<Found> deadLetters(Optional<String> only) throws IOException {
    List<Found> found = new ArrayList<>();
    for (String sink : names(only)) {
      Path folder = folderOf(sink);
      DeadLetters.look(folder).forEach(letter -> found.add(new Found(sink, folder, letter)));
    }
    return found;
  }
}
