package dev.weir.server.lsp;

import dev.weir.dsl.syntax.Lexeme;
import dev.weir.server.lsp.Outline.Kind;
import dev.weir.server.lsp.Outline.Symbol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds what a name in a rule set means. Immutable. */
final class RuleNames {
  /** A declaration and the file that it stands in. */
  record Found(String uri, Symbol symbol) {}

  private final Map<String, Outline> files; // by URI

  RuleNames(Map<String, Outline> files) {
    this.files = Map.copyOf(files);
  }

  /** The text of a file. */
  String text(String uri) {
    return java.util.Objects.requireNonNull(files.get(uri)).text();
  }

  List<Found> all(Set<Kind> kinds) {
    List<Found> all = new ArrayList<>();
    for (String uri : files.keySet().stream().sorted().toList()) {
      for (Symbol symbol : java.util.Objects.requireNonNull(files.get(uri)).symbols()) {
        if (kinds.contains(symbol.kind())) {
          all.add(new Found(uri, symbol));
        }
      }
    }
    return all;
  }

  Optional<Found> named(String name, Set<Kind> kinds) {
    return all(kinds).stream().filter(f -> f.symbol().label().equals(name)).findFirst();
  }

  static final Set<Kind> TYPES = Set.of(Kind.EVENT, Kind.DEFINE);
  static final Set<Kind> VALUES = Set.of(Kind.LIST, Kind.PARAM, Kind.LET);

  /** The event type behind a type or define. */
  Optional<Found> eventOf(String name) {
    String at = name;
    for (int i = 0; i < files.size() * 100 + 100; i++) { // a define may lead back to itself
      Optional<Found> found = named(at, TYPES);
      if (found.isEmpty() || found.get().symbol().kind() == Kind.EVENT) {
        return found;
      }
      at = found.get().symbol().type();
    }
    return Optional.empty();
  }

  /** A field of a type or define. */
  Optional<Found> field(String type, String field) {
    return eventOf(type)
        .flatMap(
            event ->
                event.symbol().parts().stream()
                    .filter(f -> f.label().equals(field))
                    .findFirst()
                    .map(f -> new Found(event.uri(), f)));
  }

  /** The types that are named in the declaration before the place, the nearest first. */
  List<String> typesBefore(Outline outline, Symbol within, int offset) {
    List<String> types = new ArrayList<>();
    List<Lexeme> all = outline.lexemes();
    for (int i = all.size() - 1; i >= 0; i--) {
      Lexeme lexeme = all.get(i);
      if (lexeme.span().start() >= offset || lexeme.span().start() < within.whole().start()) {
        continue;
      }
      if (named(lexeme.text(), TYPES).isPresent() && !types.contains(lexeme.text())) {
        types.add(lexeme.text());
      }
    }
    return types;
  }

  /** All types that are named in the declaration. */
  List<String> typesIn(Outline outline, Symbol within) {
    return typesBefore(outline, within, Integer.MAX_VALUE).stream()
        .filter(
            t ->
                outline.lexemes().stream()
                    .anyMatch(
                        l ->
                            l.text().equals(t)
                                && l.span().start() >= within.whole().start()
                                && l.span().end() <= within.whole().end()))
        .toList();
  }

  /** What the word at this place of a file means. */
  Optional<Found> at(String uri, Outline outline, int lexeme) {
    List<Lexeme> all = outline.lexemes();
    String word = all.get(lexeme).text();
    int offset = all.get(lexeme).span().start();
    Optional<Symbol> within = outline.around(offset + 1);
    if (lexeme >= 2 && all.get(lexeme - 1).text().equals(".")) {
      return member(within, all.get(ownerOf(all, lexeme)).text(), word);
    }
    if (within.isPresent()) {
      Symbol symbol = within.get();
      if (symbol.name().start() == offset) {
        return Optional.of(new Found(uri, symbol));
      }
      for (Symbol part : symbol.parts()) {
        if (part.label().equals(word)
            && (symbol.kind() == Kind.RULE || part.name().start() == offset)) {
          return Optional.of(new Found(uri, part));
        }
      }
    }
    Optional<Found> type = named(word, TYPES);
    if (type.isPresent()) {
      return type;
    }
    if (within.isPresent()) {
      List<String> types = new ArrayList<>(typesBefore(outline, within.get(), offset));
      types.addAll(typesIn(outline, within.get()));
      for (String each : types) {
        Optional<Found> field = field(each, word);
        if (field.isPresent()) {
          return field;
        }
      }
    }
    Optional<Found> value = named(word, VALUES);
    return value.isPresent() ? value : named(word, Set.of(Kind.RULE));
  }

  /** The word before the sign, over an index in brackets. */
  private static int ownerOf(List<Lexeme> all, int member) {
    int at = member - 2;
    if (all.get(at).text().equals("]")) {
      while (at > 0 && !all.get(at).text().equals("[")) {
        at--;
      }
      at = Math.max(0, at - 1);
    }
    return at;
  }

  private Optional<Found> member(Optional<Symbol> within, String owner, String word) {
    return field(typeOf(within, owner).orElse(owner), word);
  }

  /** The type of the events that a step takes. */
  static Optional<String> typeOf(Optional<Symbol> within, String step) {
    return within.stream()
        .flatMap(symbol -> symbol.parts().stream())
        .filter(part -> part.kind() == Kind.STEP && part.label().equals(step))
        .map(Symbol::type)
        .findFirst();
  }
}
