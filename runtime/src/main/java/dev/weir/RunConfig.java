package dev.weir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The settings of a run, from {@code weir.yaml}. Paths start from the file's folder.
 *
 * <pre>
 *  rules: rules            # folder or file
 *  sources:
 *    - type: Payment       # an event type of the rules
 *      files: [data/a.csv.gz, data/b.csv.gz]
 *  alerts: out.jsonl       # optional: also write alerts here
 * </pre>
 *
 * @param inputs files by event type, in the order written
 */
public record RunConfig(Path rules, Map<String, List<Path>> inputs, Optional<Path> alerts) {
  /** Settings that cannot be used; the message names each with its place. For users to read. */
  public static final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    ConfigException(String message) {
      super(message);
    }
  }

  private static final List<String> KEYS = List.of("rules", "sources", "alerts");
  private static final List<String> SOURCE_KEYS = List.of("type", "files");

  /** Reads and checks the file; all mistakes at once. */
  public static RunConfig read(Path file) throws ConfigException {
    Object document;
    try {
      document =
          new Load(LoadSettings.builder().setLabel(file.toString()).build())
              .loadFromString(Files.readString(file));
    } catch (IOException e) {
      throw new ConfigException("cannot read " + file);
    } catch (YamlEngineException e) {
      throw new ConfigException(file + ": " + e.getMessage());
    }
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    List<String> problems = new ArrayList<>();
    Map<String, List<Path>> inputs = new LinkedHashMap<>();
    Path rules = folder.resolve("rules");
    Optional<Path> alerts = Optional.empty();
    if (!(document instanceof Map<?, ?> settings)) {
      throw new ConfigException(file + ": settings are needed, such as `rules: rules`");
    }
    for (Map.Entry<?, ?> entry : settings.entrySet()) {
      String key = String.valueOf(entry.getKey());
      Object value = entry.getValue();
      switch (key) {
        case "rules" -> rules = path(folder, key, value, problems).orElse(rules);
        case "alerts" -> alerts = path(folder, key, value, problems);
        case "sources" -> sources(folder, value, inputs, problems);
        default -> problems.add(unknown(key, KEYS));
      }
    }
    if (inputs.isEmpty() && problems.isEmpty()) {
      problems.add("`sources` is missing: a list of `{type: …, files: […]}`");
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(file + ": " + String.join("\n  ", problems));
    }
    return new RunConfig(rules, inputs, alerts);
  }

  private static void sources(
      Path folder, Object value, Map<String, List<Path>> inputs, List<String> problems) {
    if (!(value instanceof List<?> list)) {
      problems.add("`sources` must be a list");
      return;
    }
    for (int i = 0; i < list.size(); i++) {
      String place = "sources[" + i + "]";
      if (!(list.get(i) instanceof Map<?, ?> source)) {
        problems.add("`" + place + "` must be `{type: …, files: […]}`");
        continue;
      }
      for (Object key : source.keySet()) {
        if (!SOURCE_KEYS.contains(String.valueOf(key))) {
          problems.add(unknown(place + "." + key, SOURCE_KEYS));
        }
      }
      if (!(source.get("type") instanceof String type)) {
        problems.add("`" + place + ".type` is missing: the name of an event type");
        continue;
      }
      if (!(source.get("files") instanceof List<?> files) || files.isEmpty()) {
        problems.add("`" + place + ".files` is missing: a list of files");
        continue;
      }
      List<Path> paths = new ArrayList<>();
      for (Object name : files) {
        path(folder, place + ".files", name, problems).ifPresent(paths::add);
      }
      if (inputs.putIfAbsent(type, paths) != null) {
        problems.add("`" + place + ".type`: " + type + " stands twice; give it more files instead");
      }
    }
  }

  private static Optional<Path> path(Path folder, String key, Object value, List<String> problems) {
    if (value instanceof String text) {
      return Optional.of(folder.resolve(text));
    }
    problems.add("`" + key + "` must be a path");
    return Optional.empty();
  }

  private static String unknown(String key, List<String> known) {
    return "no setting is called `" + key + "`; known: " + String.join(", ", known);
  }
}
