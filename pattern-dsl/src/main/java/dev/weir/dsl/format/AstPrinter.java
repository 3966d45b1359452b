package dev.weir.dsl.format;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Declaration;
import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.Name;
import dev.weir.dsl.ast.Pattern;
import dev.weir.dsl.ast.RuleFile;
import dev.weir.dsl.ast.TestLine;
import dev.weir.dsl.ast.TypeName;
import dev.weir.dsl.plan.DurationText;
import dev.weir.dsl.syntax.Lexeme;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes a tree as rule text: parsing the text gives the tree again, places apart. One clause a
 * line; {@link Formatter} gives it the layout that people read. Trees that no text can give (a hole
 * of an alert text whose own text literals hold quotes, braces or backslashes) are not promised to
 * come back. Linear in the tree.
 */
public final class AstPrinter {
  private AstPrinter() {}

  /** The whole file. */
  public static String print(RuleFile file) {
    return file.declarations().stream().map(AstPrinter::print).collect(Collectors.joining("\n"));
  }

  /** One declaration; ends with a line break. */
  public static String print(Declaration declaration) {
    return declaration.accept(DECLARATIONS) + "\n";
  }

  /** A pattern, on one line. */
  public static String print(Pattern pattern) {
    return pattern.accept(PatternPrinter.PATTERNS);
  }

  /** An expression, on one line, with the parentheses that it needs. */
  public static String print(Expression expression) {
    return ExpressionPrinter.print(expression);
  }

  static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> out.append(c);
      }
    }
    return out.append('"').toString();
  }

  static String duration(long nanos) {
    return DurationText.print(nanos);
  }

  static String names(List<Name> names) {
    return names.stream().map(Name::text).collect(Collectors.joining(", "));
  }

  /** {@code a}, or {@code (a, b)}. */
  private static String nameOrNames(List<Name> names) {
    return names.size() == 1 ? names(names) : "(" + names(names) + ")";
  }

  static String selector(Clause.Selector selector) {
    return selector.type().text() + selector.where().map(w -> " where " + print(w)).orElse("");
  }

  private static String type(TypeName type) {
    return type.word()
        + (type.scale() >= 0 ? "(" + type.scale() + ")" : "")
        + (type.unit().isEmpty() ? "" : " " + type.unit());
  }

  // ---- declarations

  private static final Declaration.Visitor<String> DECLARATIONS =
      new Declaration.Visitor<>() {
        @Override
        public String event(Declaration.Event event) {
          StringBuilder out = new StringBuilder("event " + event.name().text() + " {\n");
          int tie = tieField(event);
          for (int i = 0; i < event.fields().size(); i++) {
            out.append("  ").append(field(event.fields().get(i)));
            if (i == tie) {
              out.append(", then ").append(event.tieBreak().orElseThrow().text());
            }
            out.append(",\n");
          }
          out.append("}");
          event
              .lateness()
              .ifPresent(
                  d ->
                      out.append(" late ")
                          .append(duration(d))
                          .append(event.drop() ? " to drop" : ""));
          event.keep().ifPresent(d -> out.append(" keep ").append(duration(d)));
          return out.toString();
        }

        @Override
        public String define(Declaration.Define define) {
          return "define "
              + define.name().text()
              + " = "
              + define.base().text()
              + define.where().map(w -> " where " + print(w)).orElse("");
        }

        @Override
        public String list(Declaration.ListDeclaration list) {
          return "list "
              + list.name().text()
              + " "
              + type(list.type())
              + list.file()
                  .map(f -> " from " + quoted(f))
                  .orElseGet(() -> " { " + expressions(list.values()) + " }");
        }

        @Override
        public String param(Declaration.Param param) {
          return "param "
              + param.name().text()
              + " "
              + type(param.type())
              + " = "
              + print(param.value())
              + param
                  .least()
                  .map(least -> " in " + print(least) + " .. " + print(param.greatest().get()))
                  .orElse("");
        }

        @Override
        public String let(Declaration.Let let) {
          return "let " + let.name().text() + " = " + print(let.value());
        }

        @Override
        public String rule(Declaration.Rule rule) {
          return "rule "
              + rule.name().text()
              + " {\n"
              + rule.clauses().stream()
                  .map(c -> "  " + c.accept(CLAUSES) + "\n")
                  .collect(Collectors.joining())
              + "}";
        }

        @Override
        public String test(Declaration.Test test) {
          return "test "
              + quoted(test.name().text())
              + " for "
              + names(test.rules())
              + " {\n"
              + test.lines().stream()
                  .map(l -> "  " + l.accept(LINES) + "\n")
                  .collect(Collectors.joining())
              + "}";
        }
      };

  private static int tieField(Declaration.Event event) {
    if (event.tieBreak().isEmpty()) {
      return -1;
    }
    List<String> names = event.fields().stream().map(f -> f.name().text()).toList();
    return names.contains("at") ? names.indexOf("at") : names.size() - 1;
  }

  private static String field(Declaration.FieldDeclaration field) {
    return field.name().text()
        + " "
        + type(field.type())
        + (field.optional() ? "?" : "")
        + (field.pii() ? " pii" : "")
        + field.idHorizon().map(d -> " id within " + duration(d)).orElse("")
        + field.source().map(s -> " from " + quoted(s)).orElse("")
        + field.timeUnit().map(u -> " in epoch " + u).orElse("")
        + field.zone().map(z -> " in zone " + quoted(z)).orElse("");
  }

  static String expressions(List<Expression> all) {
    return all.stream().map(AstPrinter::print).collect(Collectors.joining(", "));
  }

  // ---- clauses

  private static final Clause.Visitor<String> CLAUSES =
      new Clause.Visitor<>() {
        @Override
        public String about(Clause.About clause) {
          return "about " + quoted(clause.text());
        }

        @Override
        public String owner(Clause.Owner clause) {
          return "owner " + quoted(clause.text());
        }

        @Override
        public String tags(Clause.Tags clause) {
          return "tags "
              + clause.tags().stream()
                  .map(tag -> Lexeme.isName(tag) ? tag : quoted(tag))
                  .collect(Collectors.joining(", "));
        }

        @Override
        public String severity(Clause.Severity clause) {
          return "severity " + clause.level().text();
        }

        @Override
        public String by(Clause.By clause) {
          String parts =
              clause.parts().stream().map(AstPrinter::keyPart).collect(Collectors.joining(", "));
          return "by " + (clause.parts().size() == 1 ? parts : "(" + parts + ")");
        }

        @Override
        public String onArrival(Clause.OnArrival clause) {
          return "on arrival";
        }

        @Override
        public String when(Clause.When clause) {
          return "when "
              + (clause.on().isEmpty() ? "" : "on " + names(clause.on()) + " ")
              + (clause.rising() ? "on rising " : "")
              + print(clause.condition());
        }

        @Override
        public String match(Clause.Match clause) {
          return "match " + print(clause.pattern());
        }

        @Override
        public String without(Clause.Without clause) {
          return "without " + selector(clause.selector());
        }

        @Override
        public String unless(Clause.Unless clause) {
          return "unless " + selector(clause.selector());
        }

        @Override
        public String within(Clause.Within clause) {
          return "within " + duration(clause.durationNs());
        }

        @Override
        public String onlyDuring(Clause.OnlyDuring clause) {
          return "only during " + print(clause.condition());
        }

        @Override
        public String starts(Clause.Starts clause) {
          return switch (clause.kind()) {
            case EVERY -> "starts every";
            case ONE_OPEN_AT_A_TIME -> "starts one open at a time";
            case ONCE -> "starts once";
          };
        }

        @Override
        public String pick(Clause.Pick clause) {
          return "pick "
              + PatternPrinter.lower(clause.kind())
              + clause.limit().map(n -> " limit " + n).orElse("");
        }

        @Override
        public String afterMatch(Clause.AfterMatch clause) {
          return "after match "
              + PatternPrinter.lower(clause.kind()).replace('_', ' ')
              + clause.step().map(s -> " " + s.text()).orElse("");
        }

        @Override
        public String fire(Clause.Fire clause) {
          return "fire " + PatternPrinter.lower(clause.kind()).replace('_', ' ');
        }

        @Override
        public String alert(Clause.Alert clause) {
          return "alert " + alertBody(clause.body());
        }

        @Override
        public String stage(Clause.Stage clause) {
          return "stage "
              + clause.name().text()
              + " after "
              + clause.step().text()
              + (clause.count() == 1 ? "" : " {" + clause.count() + "}")
              + " alert "
              + alertBody(clause.body());
        }

        @Override
        public String onTimeout(Clause.OnTimeout clause) {
          return "on timeout alert " + alertBody(clause.body());
        }

        @Override
        public String decide(Clause.Decide clause) {
          return "decide " + clause.decision().text();
        }

        @Override
        public String suppress(Clause.Suppress clause) {
          return "suppress "
              + duration(clause.durationNs())
              + (clause.by().isEmpty() ? "" : " by " + nameOrNames(clause.by()));
        }

        @Override
        public String status(Clause.Status clause) {
          return "status "
              + clause.status().text()
              + clause.canary().map(n -> " " + n + "%").orElse("");
        }

        @Override
        public String onUpdate(Clause.OnUpdate clause) {
          return "on update " + clause.mode().text();
        }

        @Override
        public String budget(Clause.Budget clause) {
          return "budget "
              + clause.amount()
              + " "
              + clause.unit()
              + (clause.perKey() ? " per key" : "")
              + ", "
              + clause.policy();
        }

        @Override
        public String valid(Clause.Valid clause) {
          return "valid"
              + clause.from().map(t -> " from " + quoted(t)).orElse("")
              + clause.to().map(t -> " to " + quoted(t)).orElse("");
        }
      };

  private static String keyPart(Clause.KeyPart part) {
    return part.fields().stream()
        .map(f -> f.type().map(t -> t.text() + ".").orElse("") + f.field().text())
        .collect(Collectors.joining(" = "));
  }

  private static String alertBody(Clause.AlertBody body) {
    StringBuilder out = new StringBuilder("\"");
    for (Clause.TemplatePart part : body.text().parts()) {
      if (part.hole().isPresent()) {
        out.append('{').append(print(part.hole().get()).replace("\"", "\\\"")).append('}');
      } else {
        String plain = quoted(part.text());
        out.append(plain.substring(1, plain.length() - 1).replace("{", "{{").replace("}", "}}"));
      }
    }
    out.append('"');
    if (body.score().isPresent() || !body.fields().isEmpty()) {
      out.append(" { ");
      body.score().ifPresent(score -> out.append("score ").append(print(score)));
      for (Clause.AlertField field : body.fields()) {
        out.append(out.charAt(out.length() - 2) == '{' ? "" : ", ");
        out.append(field.name().text()).append(": ").append(print(field.value()));
      }
      out.append(" }");
    }
    return out.toString();
  }

  // ---- tests

  private static final TestLine.Visitor<String> LINES =
      new TestLine.Visitor<>() {
        @Override
        public String starting(TestLine.Starting starting) {
          return "starting " + quoted(starting.time());
        }

        @Override
        public String event(TestLine.Event event) {
          return "at " + duration(event.offsetNs()) + " " + event.type().text() + values(event);
        }

        private String values(TestLine.Event event) {
          return event.values().isEmpty() ? " { }" : " { " + fieldValues(event.values()) + " }";
        }

        @Override
        public String until(TestLine.Until until) {
          return "until " + duration(until.offsetNs());
        }

        @Override
        public String expect(TestLine.Expect expect) {
          return "expect "
              + expect.rule().text()
              + expect.offsetNs().map(d -> " at " + duration(d)).orElse("")
              + (expect.values().isEmpty() ? "" : " { " + fieldValues(expect.values()) + " }")
              + because(expect.why());
        }

        @Override
        public String expectNothing(TestLine.ExpectNothing expectNothing) {
          return "expect nothing" + because(expectNothing.why());
        }
      };

  private static String because(Optional<String> why) {
    return why.map(w -> " because " + quoted(w)).orElse("");
  }

  private static String fieldValues(List<TestLine.FieldValue> values) {
    return values.stream()
        .map(v -> v.field().text() + " " + print(v.value()))
        .collect(Collectors.joining(", "));
  }
}
