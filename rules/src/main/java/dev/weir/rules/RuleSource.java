package dev.weir.rules;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The texts of a rule set: all that its plan is made from. Immutable.
 *
 * @param files by name, relative to the folder of the rules, in order
 * @param lists the lines of lists that lie in files of their own
 */
public record RuleSource(Map<String, String> files, Map<ListName, List<String>> lists) {
  /** How a rule file names a list. */
  public record ListName(String file, String name) {}

  public RuleSource {
    files = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(files));
    lists = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(lists));
  }

  /** Checks the texts anew. Linear in them. */
  public RuleSetLoader.Loaded check() {
    Map<Path, String> texts = new LinkedHashMap<>();
    files.forEach((name, text) -> texts.put(Path.of(name), text));
    return RuleSetLoader.check(
        texts,
        (declaredIn, name) ->
            Optional.ofNullable(
                lists.get(new ListName(declaredIn.name().replace('\\', '/'), name))));
  }
}
