package dev.weir.rules;

import dev.weir.dsl.ast.Declaration;
import dev.weir.dsl.ast.RuleFile;
import dev.weir.dsl.check.Checker;
import dev.weir.dsl.check.ListSource;
import dev.weir.dsl.check.ParsedFile;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.diagnostic.Result;
import dev.weir.dsl.plan.RuleSetPlan;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.syntax.RuleParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Loads a rule set: one file, or all {@code *.weir} files of a folder in the order of their paths.
 */
public final class RuleSetLoader {
  private static final String ENDING = ".weir";

  /** Bytes of the largest rule or list file. */
  private static final long FILE_BYTES_MAX = 64L * 1024 * 1024;

  /** What may be a mistake only because another file could not be parsed. */
  private static final Set<Code> LEANING =
      EnumSet.of(
          Code.W0201, Code.W0202, Code.W0204, Code.W0205, Code.W0301, Code.W0701, Code.W0801);

  /**
   * What was found.
   *
   * @param plan absent if a diagnostic is an error
   * @param rulesFound rules in all files that could be parsed
   */
  public record Loaded(Optional<RuleSetPlan> plan, List<Diagnostic> diagnostics, int rulesFound) {
    public Loaded {
      diagnostics = List.copyOf(diagnostics);
    }
  }

  /** What was found, and the texts that it was found in. */
  public record LoadedSource(Loaded loaded, RuleSource source) {}

  private RuleSetLoader() {}

  /** As {@link #load}, with all that is needed to do it again without the files. */
  public static LoadedSource loadSource(Path path) throws IOException {
    Path folder = folderOf(path);
    Map<Path, String> texts = read(path);
    Map<RuleSource.ListName, List<String>> lists = new LinkedHashMap<>();
    ListSource files = lists(folder);
    Loaded loaded =
        check(
            texts,
            (declaredIn, name) -> {
              Optional<List<String>> values = files.values(declaredIn, name);
              RuleSource.ListName key =
                  new RuleSource.ListName(relative(folder, Path.of(declaredIn.name())), name);
              values.ifPresent(list -> lists.put(key, list));
              return values;
            });
    Map<String, String> byName = new LinkedHashMap<>();
    texts.forEach((file, text) -> byName.put(relative(folder, file), text));
    return new LoadedSource(loaded, new RuleSource(byName, lists));
  }

  private static String relative(Path folder, Path file) {
    return folder.relativize(file.toAbsolutePath()).toString().replace('\\', '/');
  }

  private static Path folderOf(Path path) {
    Path absolute = path.toAbsolutePath();
    Path parent = absolute.getParent();
    return Files.isDirectory(path) || parent == null ? absolute : parent;
  }

  /** Throws an {@link IOException} whose message is for users if a file cannot be read. */
  public static Loaded load(Path path) throws IOException {
    return check(folderOf(path), read(path));
  }

  private static Map<Path, String> read(Path path) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(path)) {
      try (Stream<Path> walk = Files.walk(path)) {
        walk.filter(p -> p.toString().endsWith(ENDING)).sorted().forEach(files::add);
      }
      if (files.isEmpty()) {
        throw new IOException("no " + ENDING + " file in " + path);
      }
    } else if (Files.isRegularFile(path)) {
      files.add(path);
    } else {
      throw new IOException("no such file or folder: " + path);
    }
    Map<Path, String> texts = new LinkedHashMap<>();
    for (Path file : files) {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new IOException("rule file larger than 64 MiB: " + file);
      }
      texts.put(file, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    }
    return texts;
  }

  /**
   * The same for texts that need not be saved.
   *
   * @param folder of the rules, in or below which lists lie
   * @param texts by file, in order
   */
  public static Loaded check(Path folder, Map<Path, String> texts) {
    return check(texts, lists(folder));
  }

  static Loaded check(Map<Path, String> texts, ListSource lists) {
    List<ParsedFile> parsed = new ArrayList<>();
    List<Diagnostic> diagnostics = new ArrayList<>();
    int[] found = new int[1];
    texts.forEach(
        (file, text) -> {
          SourceText source = new SourceText(file.toString(), text);
          Result<RuleFile> result = RuleParser.parse(source);
          diagnostics.addAll(result.diagnostics());
          if (result.value().isPresent()) {
            parsed.add(new ParsedFile(source, result.value().get()));
            found[0] += countRules(result.value().get());
          }
        });
    Result<RuleSetPlan> checked = Checker.check(parsed, lists);
    if (parsed.size() == texts.size()) {
      diagnostics.addAll(checked.diagnostics());
      return new Loaded(checked.value(), diagnostics, found[0]);
    }
    checked.diagnostics().stream()
        .filter(d -> !LEANING.contains(d.code()))
        .forEach(diagnostics::add);
    return new Loaded(Optional.empty(), diagnostics, found[0]);
  }

  private static int countRules(RuleFile file) {
    return (int) file.declarations().stream().filter(d -> d instanceof Declaration.Rule).count();
  }

  /** Lists lie in the rules folder, beside or below the file that names them. */
  private static ListSource lists(Path folder) {
    Path root = folder.toAbsolutePath().normalize();
    return (declaredIn, name) -> {
      Path parent = Path.of(declaredIn.name()).toAbsolutePath().getParent();
      Path file = (parent == null ? root : parent).resolve(name).normalize();
      if (!file.startsWith(root)) {
        return Optional.empty();
      }
      try {
        if (Files.size(file) > FILE_BYTES_MAX) {
          return Optional.empty();
        }
        return Optional.of(
            Files.readAllLines(file).stream()
                .map(line -> line.split(",", 2)[0].strip())
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList());
      } catch (IOException e) {
        return Optional.empty();
      }
    };
  }
}
