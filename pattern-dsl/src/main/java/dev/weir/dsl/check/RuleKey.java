package dev.weir.dsl.check;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.plan.ValueType;
import dev.weir.dsl.source.SourceText;
import dev.weir.dsl.source.Span;
import dev.weir.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A rule's {@code by}: which fields of a type are its key. */
final class RuleKey {
  private final SourceText source;
  private final List<Clause.KeyPart> parts;
  private final Findings findings;
  private final boolean onArrival;
  private final List<ValueType> types = new ArrayList<>();

  RuleKey(SourceText source, Optional<Clause.By> by, boolean onArrival, Findings findings) {
    this.onArrival = onArrival;
    this.source = source;
    this.parts = by.map(Clause.By::parts).orElse(List.of());
    this.findings = findings;
  }

  /** Whether the rule sees records as they arrive: its features are kept in that order too. */
  boolean isOnArrival() {
    return onArrival;
  }

  /** A name for each part: that of its first field. */
  List<String> names() {
    return parts.stream().map(part -> part.fields().get(0).field().text()).toList();
  }

  /** Types of the parts; known once a type's fields were asked for. */
  List<ValueType> types() {
    return List.copyOf(types);
  }

  /** The types and defines that aliases name, in order. */
  List<String> aliases() {
    return parts.stream()
        .flatMap(part -> part.fields().stream())
        .flatMap(field -> field.type().stream())
        .map(name -> name.text())
        .distinct()
        .toList();
  }

  /** The key's fields in a type that the rule calls by this name. */
  List<Integer> fieldsOf(String name, EventType type, Span mention) {
    List<Integer> fields = new ArrayList<>();
    for (int p = 0; p < parts.size(); p++) {
      String field = fieldName(parts.get(p), name, type, mention);
      int index = type.indexOf(field);
      if (index < 0) {
        findings.error(
            source,
            Code.W0401,
            parts.get(p).span(),
            "`" + type.name() + "` has no field `" + field + "` for the key",
            "the rule's key",
            "name a field for it: `by A." + field + " = " + name + ".…`");
        throw new Findings.Rejected();
      }
      ValueType found = ValueType.of(type.fields().get(index).type());
      if (types.size() <= p) {
        types.add(found);
      } else if (!types.get(p).equals(found)) {
        findings.error(
            source,
            Code.W0402,
            parts.get(p).span(),
            "the key is " + types.get(p) + " in one type and " + found + " in `" + name + "`",
            "",
            "");
        throw new Findings.Rejected();
      }
      fields.add(index);
    }
    return fields;
  }

  private String fieldName(Clause.KeyPart part, String name, EventType type, Span mention) {
    if (part.fields().size() == 1 && part.fields().get(0).type().isEmpty()) {
      return part.fields().get(0).field().text();
    }
    for (String wanted : List.of(name, type.name())) {
      for (Clause.KeyField field : part.fields()) {
        if (field.type().map(t -> t.text().equals(wanted)).orElse(false)) {
          return field.field().text();
        }
      }
    }
    findings.error(
        source,
        Code.W0401,
        mention,
        "the rule's key names no field of `" + name + "`",
        "is read under the rule's key",
        "add it: `by … = " + name + ".field`");
    throw new Findings.Rejected();
  }
}
