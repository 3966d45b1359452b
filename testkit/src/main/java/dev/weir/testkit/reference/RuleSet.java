package dev.weir.testkit.reference;

import dev.weir.dsl.ast.Declaration;
import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.RuleFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the files of a rule set declare. */
final class RuleSet {
  private final Map<String, Declaration.Event> types = new HashMap<>();
  private final Map<String, Declaration.Define> defines = new HashMap<>();
  private final Map<String, List<Value>> lists = new HashMap<>();
  private final Map<String, Value> params = new HashMap<>();
  private final Map<String, Expression> lets = new HashMap<>();
  private final List<Declaration.Rule> rules = new ArrayList<>();

  RuleSet(List<RuleFile> files, Map<String, List<String>> listFiles) {
    for (RuleFile file : files) {
      for (Declaration declaration : file.declarations()) {
        add(declaration, listFiles);
      }
    }
  }

  private void add(Declaration declaration, Map<String, List<String>> listFiles) {
    String name = declaration.name().text();
    if (declaration instanceof Declaration.Event event) {
      types.put(name, event);
    } else if (declaration instanceof Declaration.Define define) {
      defines.put(name, define);
    } else if (declaration instanceof Declaration.ListDeclaration list) {
      List<Value> values = new ArrayList<>();
      list.values().forEach(v -> values.add(Literals.ofType(list.type(), v)));
      list.file()
          .ifPresent(
              f ->
                  listFiles
                      .getOrDefault(f, List.of())
                      .forEach(line -> values.add(Literals.ofLine(list.type(), line))));
      lists.put(name, values);
    } else if (declaration instanceof Declaration.Param param) {
      params.put(name, Literals.ofType(param.type(), param.value()));
    } else if (declaration instanceof Declaration.Let let) {
      lets.put(name, let.value());
    } else if (declaration instanceof Declaration.Rule rule) {
      rules.add(rule);
    }
  }

  List<Declaration.Rule> rules() {
    return rules;
  }

  Map<String, Value> params() {
    return params;
  }

  Map<String, Expression> lets() {
    return lets;
  }

  List<Value> list(String name) {
    List<Value> values = lists.get(name);
    if (values == null) {
      throw new IllegalArgumentException("no such list: " + name);
    }
    return values;
  }

  /** The event type of this name. */
  Declaration.Event type(String name) {
    Declaration.Event type = types.get(name);
    if (type == null) {
      throw new IllegalArgumentException("no such event type: " + name);
    }
    return type;
  }

  /** The event type behind a type or define, or null for another name. */
  Declaration.@Nullable Event base(String name) {
    Declaration.Define define = defines.get(name);
    return define == null ? types.get(name) : base(define.base().text());
  }

  /** Whether the event is of the type behind a type or define. */
  boolean isOfType(Ev event, String name) {
    Declaration.Event base = base(name);
    return base != null && base.name().text().equals(event.type().name().text());
  }

  boolean isType(String name) {
    return types.containsKey(name) || defines.containsKey(name);
  }

  /** Conditions of the defines between the name and its event type. */
  List<Expression> conditions(String name) {
    List<Expression> all = new ArrayList<>();
    Declaration.Define define = defines.get(name);
    while (define != null) {
      define.where().ifPresent(all::add);
      define = defines.get(define.base().text());
    }
    return all;
  }
}
