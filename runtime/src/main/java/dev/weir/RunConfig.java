package dev.weir;

import dev.weir.dsl.diagnostic.NearNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The settings of a run, from {@code weir.yaml}. Paths start from the file's folder.
 *
 * <pre>
 *  rules: rules                # folder or file; `rules` unless told
 *  sources:
 *    - type: Payment           # an event type of the rules
 *      files: [data/a.csv.gz, data/b.csv.gz]
 *  alerts: out.jsonl           # optional: also write alerts here
 *  dead_letters: bad.jsonl     # optional: where bad rows go
 *  data: data                  # of `weir serve`: journal and alert log
 *  durability: process         # of `weir serve`: or group, sync
 *  http: …                     # of `weir serve`
 *  sinks: …                    # optional: where alerts are delivered, see {@link SinkSettings}
 * </pre>
 *
 * Each setting may be given by an environment variable instead, which wins: {@code WEIR_RULES},
 * {@code WEIR_ALERTS}, {@code WEIR_DEAD_LETTERS}, and {@code WEIR_SOURCES__0__FILES} (with commas
 * between) and {@code WEIR_SOURCES__0__TYPE} for the first source, and so on; {@code
 * WEIR_SINKS__0__WEBHOOK} and the like for sinks.
 *
 * @param inputs files by event type, in the order written
 */
public record RunConfig(
    Path rules,
    Map<String, List<Path>> inputs,
    Optional<Path> alerts,
    Optional<Path> deadLetters,
    List<SinkSettings> sinks) {
  /** Settings that cannot be used; the message names each with its place. For users to read. */
  public static final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
      super(message);
    }
  }

  private static final List<String> KEYS =
      List.of("rules", "sources", "alerts", "dead_letters", "sinks", "data", "durability", "http");
  private static final List<String> SOURCE_KEYS = List.of("type", "files");

  /** Settings of a source or sink that are lists. */
  private static final Set<String> LISTS = Set.of("files", "secrets");

  /** Reads and checks the file without an environment; all mistakes at once. */
  public static RunConfig read(Path file) throws ConfigException {
    return read(file, Map.of());
  }

  /** Reads and checks the file and the environment; all mistakes at once. */
  public static RunConfig read(Path file, Map<String, String> environment) throws ConfigException {
    return read(file, environment, true, Map.of());
  }

  /** Reads one of the settings at the top, which may be missing; tells what is wrong with it. */
  @FunctionalInterface
  public interface Section {
    void read(Path folder, @Nullable Object value, List<String> problems);
  }

  /**
   * Reads and checks the file and the environment, and with it sections that only some commands
   * know; all mistakes at once.
   *
   * @param needsSources whether there must be sources
   */
  public static RunConfig read(
      Path file,
      Map<String, String> environment,
      boolean needsSources,
      Map<String, Section> sections)
      throws ConfigException {
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    Map<String, Object> settings = override(parse(file), environment);
    Reader reader = new Reader(folder);
    RunConfig config = reader.read(settings, needsSources);
    sections.forEach((key, section) -> section.read(folder, settings.get(key), reader.problems));
    if (!reader.problems.isEmpty()) {
      throw new ConfigException(
          file
              + (reader.problems.size() == 1 ? ": " : ":\n  ")
              + String.join("\n  ", reader.problems));
    }
    return config;
  }

  private static Map<String, Object> parse(Path file) throws ConfigException {
    Object document;
    try {
      document =
          new Load(LoadSettings.builder().setLabel(file.toString()).build())
              .loadFromString(Files.readString(file));
    } catch (IOException e) {
      throw new ConfigException(
          "cannot read " + file + (Files.exists(file) ? ": " + e.getMessage() : ": no such file"));
    } catch (MarkedYamlEngineException e) {
      throw new ConfigException(file + place(e.getProblemMark()) + ": " + e.getProblem());
    } catch (YamlEngineException e) {
      throw new ConfigException(file + ": " + e.getMessage());
    }
    if (!(document instanceof Map<?, ?> map)) {
      throw new ConfigException(file + ": settings are needed, such as `rules: rules`");
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    map.forEach((key, value) -> settings.put(String.valueOf(key), value));
    return settings;
  }

  private static String place(Optional<Mark> mark) {
    return mark.map(m -> ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1)).orElse("");
  }

  /** The settings with those of the environment put over them. */
  private static Map<String, Object> override(
      Map<String, Object> settings, Map<String, String> environment) {
    Map<String, Object> all = new LinkedHashMap<>(settings);
    for (String key : List.of("rules", "alerts", "dead_letters", "data", "durability")) {
      String value = environment.get("WEIR_" + key.toUpperCase(java.util.Locale.ROOT));
      if (value != null) {
        all.put(key, value);
      }
    }
    overrideList(all, "sources", environment);
    overrideList(all, "sinks", environment);
    return all;
  }

  /** Puts {@code WEIR_NAME__0__KEY} over the settings of the first in a list, and so on. */
  private static void overrideList(
      Map<String, Object> settings, String list, Map<String, String> environment) {
    String prefix = "WEIR_" + list.toUpperCase(java.util.Locale.ROOT) + "__";
    List<Object> items = new ArrayList<>();
    if (settings.get(list) instanceof List<?> written) {
      items.addAll(written);
    }
    boolean isOverridden = false;
    for (Map.Entry<String, String> entry : new TreeMap<>(environment).entrySet()) {
      String[] name =
          entry.getKey().startsWith(prefix)
              ? entry.getKey().substring(prefix.length()).split("__", -1)
              : new String[0];
      if (name.length != 2 || !name[0].matches("[0-9]{1,4}")) {
        continue;
      }
      isOverridden = true;
      int index = Integer.parseInt(name[0]);
      while (items.size() <= index) {
        items.add(Map.of());
      }
      Map<Object, Object> item = new LinkedHashMap<>();
      if (items.get(index) instanceof Map<?, ?> written) {
        item.putAll(written);
      }
      String key = name[1].toLowerCase(java.util.Locale.ROOT);
      item.put(
          key,
          LISTS.contains(key) ? Arrays.asList(entry.getValue().split(",", -1)) : entry.getValue());
      items.set(index, item);
    }
    if (isOverridden) {
      settings.put(list, items);
    }
  }

  /** Turns settings into a configuration and gathers what is wrong with them. */
  private static final class Reader {
    final List<String> problems = new ArrayList<>();
    private final Path folder;

    Reader(Path folder) {
      this.folder = folder;
    }

    RunConfig read(Map<String, Object> settings, boolean needsSources) {
      for (String key : settings.keySet()) {
        if (!KEYS.contains(key)) {
          problems.add(unknown("", key, KEYS));
        }
      }
      Path rules = path("rules", settings.getOrDefault("rules", "rules")).orElse(folder);
      if (!Files.exists(rules)) {
        problems.add("`rules`: no such file or folder: " + rules);
      }
      Map<String, List<Path>> inputs = new LinkedHashMap<>();
      Object sources = settings.get("sources");
      if (sources == null && !needsSources) {
        // events come another way
      } else if (sources == null) {
        problems.add("`sources` is missing: a list of `{type: …, files: […]}`");
      } else if (!(sources instanceof List<?> list) || list.isEmpty()) {
        problems.add("`sources` must be a list of `{type: …, files: […]}`");
      } else {
        for (int i = 0; i < list.size(); i++) {
          source("sources[" + i + "]", list.get(i), inputs);
        }
      }
      return new RunConfig(
          rules,
          inputs,
          target("alerts", settings),
          target("dead_letters", settings),
          new SinkReader(folder, problems).read(settings.get("sinks")));
    }

    private void source(String place, Object value, Map<String, List<Path>> inputs) {
      if (!(value instanceof Map<?, ?> source)) {
        problems.add("`" + place + "` must be `{type: …, files: […]}`");
        return;
      }
      for (Object key : source.keySet()) {
        if (!SOURCE_KEYS.contains(String.valueOf(key))) {
          problems.add(unknown(place + ".", String.valueOf(key), SOURCE_KEYS));
        }
      }
      List<Path> files = files(place + ".files", source.get("files"));
      if (!(source.get("type") instanceof String type)) {
        problems.add("`" + place + ".type` must be the name of an event type");
      } else if (inputs.putIfAbsent(type, files) != null) {
        problems.add(
            "`" + place + ".type`: " + type + " stands twice; give one source all its files");
      }
    }

    private List<Path> files(String key, @Nullable Object value) {
      List<Path> files = new ArrayList<>();
      if (!(value instanceof List<?> names) || names.isEmpty()) {
        problems.add("`" + key + "` must be a list of files");
        return files;
      }
      for (Object name : names) {
        Optional<Path> file = path(key, name);
        if (file.isPresent() && !Files.exists(file.get())) {
          problems.add("`" + key + "`: no such file: " + file.get());
        } else {
          file.ifPresent(files::add);
        }
      }
      return files;
    }

    /** A file that is written. */
    private Optional<Path> target(String key, Map<String, Object> settings) {
      if (!settings.containsKey(key)) {
        return Optional.empty();
      }
      Optional<Path> file = path(key, settings.get(key));
      Path parent = file.map(Path::getParent).orElse(folder);
      if (parent != null && !Files.isDirectory(parent)) {
        problems.add("`" + key + "`: no such folder: " + parent);
      }
      return file;
    }

    private Optional<Path> path(String key, @Nullable Object value) {
      if (value instanceof String text && !text.isEmpty()) {
        try {
          return Optional.of(folder.resolve(text));
        } catch (InvalidPathException e) {
          problems.add("`" + key + "` is no path: " + e.getReason());
          return Optional.empty();
        }
      }
      problems.add("`" + key + "` must be a path");
      return Optional.empty();
    }

    private static String unknown(String place, String key, List<String> known) {
      List<String> near = NearNames.of(key, known);
      return "no setting is called `"
          + place
          + key
          + "`"
          + (near.isEmpty()
              ? "; known: " + String.join(", ", known)
              : "; did you mean `" + near.get(0) + "`?");
    }
  }
}
