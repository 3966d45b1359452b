package dev.weir.dsl.check;

import dev.weir.dsl.source.SourceText;
import java.util.List;
import java.util.Optional;

/** Gives the values of lists that lie in files. */
public interface ListSource {
  /** The values, one a line; empty if the file cannot be read. */
  Optional<List<String>> values(SourceText declaredIn, String path);

  /** No list files. */
  ListSource NONE = (declaredIn, path) -> Optional.empty();
}
