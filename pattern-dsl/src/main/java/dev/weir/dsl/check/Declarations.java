package dev.weir.dsl.check;

import dev.weir.dsl.ast.Declaration;
import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.Name;
import dev.weir.dsl.ast.TypeName;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.diagnostic.Diagnostic;
import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.RuleSetPlan.ListPlan;
import dev.weir.dsl.plan.RuleSetPlan.ParamPlan;
import dev.weir.dsl.plan.ValueType;
import dev.weir.dsl.source.SourceText;
import dev.weir.event.EventType;
import dev.weir.event.Field;
import dev.weir.event.FieldType;
import dev.weir.event.TimeFormat;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the files of a rule set declare, by name. Names of types and defines share one space. */
final class Declarations {
  /** A declaration and the file that it stands in. */
  record Placed<D extends Declaration>(SourceText source, D declaration) {}

  /** A type or define as rules name it. */
  record Selected(String name, EventType type, List<Placed<Declaration.Define>> filters) {}

  private final Findings findings;
  private final Set<String> circular = new HashSet<>();
  final Map<String, EventType> types = new LinkedHashMap<>();
  final Map<String, Placed<Declaration.Define>> defines = new LinkedHashMap<>();
  final Map<String, ListPlan> lists = new LinkedHashMap<>();
  final Map<String, ParamPlan> params = new LinkedHashMap<>();
  final Map<String, Placed<Declaration.Let>> lets = new LinkedHashMap<>();
  final List<Placed<Declaration.Rule>> rules = new ArrayList<>();
  final List<Placed<Declaration.Test>> tests = new ArrayList<>();

  Declarations(List<ParsedFile> files, ListSource listSource, Findings findings) {
    this.findings = findings;
    Map<String, Placed<Declaration>> seen = new LinkedHashMap<>(); // by kind and name
    for (ParsedFile file : files) {
      for (Declaration declaration : file.file().declarations()) {
        if (!(declaration instanceof Declaration.Test) && isTwice(seen, file, declaration)) {
          continue;
        }
        add(file.source(), declaration, listSource);
      }
    }
  }

  private boolean isTwice(
      Map<String, Placed<Declaration>> seen, ParsedFile file, Declaration declaration) {
    boolean isType =
        declaration instanceof Declaration.Event || declaration instanceof Declaration.Define;
    String kind = declaration instanceof Declaration.Rule ? "rule " : isType ? "type " : "value ";
    Name name = declaration.name();
    Placed<Declaration> first =
        seen.putIfAbsent(kind + name.text(), new Placed<>(file.source(), declaration));
    if (first == null) {
      return false;
    }
    String message = "`" + name.text() + "` is declared twice";
    String help = "give one of them another name";
    if (first.source().equals(file.source())) {
      Diagnostic.Label label = new Diagnostic.Label(first.declaration().name().span(), "the first");
      findings.error(file.source(), Code.W0101, name.span(), message, "the second", label, help);
    } else {
      String note = "first declared in " + first.source().name();
      findings.error(file.source(), Code.W0101, name.span(), message, note, help);
    }
    return true;
  }

  private void add(SourceText source, Declaration declaration, ListSource listSource) {
    try {
      if (declaration instanceof Declaration.Event event) {
        types.put(event.name().text(), event(source, event));
      } else if (declaration instanceof Declaration.Define define) {
        defines.put(define.name().text(), new Placed<>(source, define));
      } else if (declaration instanceof Declaration.ListDeclaration list) {
        lists.put(list.name().text(), list(source, list, listSource));
      } else if (declaration instanceof Declaration.Param param) {
        params.put(param.name().text(), param(source, param));
      } else if (declaration instanceof Declaration.Let let) {
        lets.put(let.name().text(), new Placed<>(source, let));
      } else if (declaration instanceof Declaration.Rule rule) {
        rules.add(new Placed<>(source, rule));
      } else if (declaration instanceof Declaration.Test test) {
        tests.add(new Placed<>(source, test));
      }
    } catch (Findings.Rejected e) {
      // reported; what leans on it says that it is unknown
    }
  }

  /** The event type behind a name, and the conditions of the defines on the way. */
  Selected select(SourceText source, Name name) {
    List<Placed<Declaration.Define>> filters = new ArrayList<>();
    String at = name.text();
    while (!types.containsKey(at)) {
      Placed<Declaration.Define> define = defines.get(at);
      if (define == null) {
        TreeSet<String> known = new TreeSet<>(types.keySet());
        known.addAll(defines.keySet());
        findings.error(
            source,
            Code.W0201,
            name.span(),
            "no event type or define is called `" + at + "`",
            "unknown type",
            Findings.didYouMean(at, known));
        throw new Findings.Rejected();
      }
      if (filters.contains(define)) {
        if (filters.stream().anyMatch(f -> !circular.add(f.declaration().name().text()))) {
          throw new Findings.Rejected(); // one message for one circle
        }
        findings.error(
            define.source(),
            Code.W0107,
            define.declaration().name().span(),
            "`" + at + "` is defined by itself",
            "leads back to itself",
            "");
        throw new Findings.Rejected();
      }
      filters.add(define);
      at = define.declaration().base().text();
    }
    return new Selected(name.text(), java.util.Objects.requireNonNull(types.get(at)), filters);
  }

  private EventType event(SourceText source, Declaration.Event event) {
    List<Field> fields = new ArrayList<>();
    int time = -1;
    int id = EventType.NO_FIELD;
    long idHorizonNs = 0;
    for (Declaration.FieldDeclaration field : event.fields()) {
      FieldType type = type(source, field.type());
      String name = field.name().text();
      if (fields.stream().anyMatch(f -> f.name().equals(name))) {
        findings.error(
            source, Code.W0101, field.name().span(), "field `" + name + "` stands twice", "", "");
        throw new Findings.Rejected();
      }
      if (name.equals("at") && type.equals(FieldType.TIME)) {
        time = fields.size();
      }
      checkOptions(source, field, type);
      if (field.idHorizon().isPresent() && id != EventType.NO_FIELD) {
        findings.error(
            source,
            Code.W0104,
            field.span(),
            "two fields are the id of an event",
            "the second",
            "leave `id within` out of one of them");
      }
      if (field.idHorizon().isPresent()) {
        id = fields.size();
        idHorizonNs = field.idHorizon().get();
      }
      fields.add(
          new Field(
              name,
              type,
              field.optional(),
              field.pii(),
              field.source().orElse(name),
              timeFormat(source, field)));
    }
    if (time < 0 || fields.get(time).optional()) {
      findings.error(
          source,
          Code.W0103,
          event.name().span(),
          "`" + event.name().text() + "` has no event time",
          "",
          "add a field `at time`; `at time from \"column\"` if the source calls it otherwise");
      throw new Findings.Rejected();
    }
    int tie = EventType.NO_FIELD;
    if (event.tieBreak().isPresent()) {
      Name wanted = event.tieBreak().get();
      tie = fields.stream().map(Field::name).toList().indexOf(wanted.text());
      if (tie < 0) {
        findings.error(
            source,
            Code.W0301,
            wanted.span(),
            "`" + event.name().text() + "` has no field `" + wanted.text() + "`",
            "breaks ties of time",
            Findings.didYouMean(wanted.text(), fields.stream().map(Field::name).toList()));
        throw new Findings.Rejected();
      }
    }
    return new EventType(
        types.size(),
        1,
        event.name().text(),
        fields,
        time,
        tie,
        id,
        idHorizonNs,
        event.lateness().orElse(0L),
        event.drop(),
        event.keep().orElse(EventType.KEEP_NONE));
  }

  private void checkOptions(SourceText source, Declaration.FieldDeclaration field, FieldType type) {
    boolean isTimed = field.timeUnit().isPresent() || field.zone().isPresent();
    if (isTimed && !type.equals(FieldType.TIME)) {
      findings.error(
          source,
          Code.W0104,
          field.span(),
          "`in epoch` and `in zone` say how a time is written; this field is "
              + field.type().word(),
          "no time",
          "leave it out, or make it a `time`");
    }
  }

  private TimeFormat timeFormat(SourceText source, Declaration.FieldDeclaration field) {
    String zone = field.zone().orElse("UTC");
    try {
      ZoneId.of(zone);
    } catch (DateTimeException e) {
      findings.error(
          source, Code.W0104, field.span(), "no time zone is called `" + zone + "`", "", "");
    }
    if (field.timeUnit().isEmpty()) {
      return new TimeFormat(TimeFormat.Kind.ISO, zone);
    }
    return switch (field.timeUnit().get()) {
      case "s" -> new TimeFormat(TimeFormat.Kind.EPOCH_SECONDS, zone);
      case "ms" -> new TimeFormat(TimeFormat.Kind.EPOCH_MILLIS, zone);
      case "us" -> new TimeFormat(TimeFormat.Kind.EPOCH_MICROS, zone);
      case "ns" -> new TimeFormat(TimeFormat.Kind.EPOCH_NANOS, zone);
      default -> {
        findings.error(
            source,
            Code.W0104,
            field.span(),
            "no such unit of epoch time: `" + field.timeUnit().get() + "`",
            "",
            "one of `s`, `ms`, `us`, `ns`");
        throw new Findings.Rejected();
      }
    };
  }

  FieldType type(SourceText source, TypeName type) {
    switch (type.word()) {
      case "text":
        return FieldType.TEXT;
      case "int":
        return FieldType.INT;
      case "bool":
        return FieldType.BOOL;
      case "time":
        return FieldType.TIME;
      case "duration":
        return FieldType.DURATION;
      case "geo":
        return FieldType.GEO;
      case "ip":
        return FieldType.IP;
      case "money":
        return new FieldType(FieldType.Kind.DECIMAL, 2, type.unit());
      case "decimal":
        if (type.scale() <= FieldType.SCALE_MAX) {
          return new FieldType(FieldType.Kind.DECIMAL, type.scale(), type.unit());
        }
        findings.error(
            source, Code.W0102, type.span(), "a decimal has at most 9 digits", "", "decimal(9)");
        throw new Findings.Rejected();
      default:
        findings.error(
            source,
            Code.W0102,
            type.span(),
            "no field type is called `" + type.word() + "`",
            "unknown type",
            "one of text, int, decimal(n), money, bool, time, duration, geo, ip");
        throw new Findings.Rejected();
    }
  }

  private ListPlan list(
      SourceText source, Declaration.ListDeclaration list, ListSource listSource) {
    ValueType type = ValueType.of(type(source, list.type()));
    List<Expr.Constant> values = new ArrayList<>();
    for (Expression value : list.values()) {
      values.add(constant(source, type, value));
    }
    if (list.file().isPresent()) {
      Optional<List<String>> lines = listSource.values(source, list.file().get());
      if (lines.isEmpty()) {
        findings.error(
            source,
            Code.W0105,
            list.span(),
            "list file \"" + list.file().get() + "\" cannot be read",
            "",
            "the path starts from the folder of this file and stays in the rules folder");
        throw new Findings.Rejected();
      }
      for (String line : lines.get()) {
        Optional<Expr.Constant> value = Constants.fromText(type, line);
        if (value.isEmpty()) {
          findings.error(
              source,
              Code.W0105,
              list.span(),
              "not a value of " + type + ": `" + line + "`",
              "",
              "");
          throw new Findings.Rejected();
        }
        values.add(value.get());
      }
    }
    return new ListPlan(lists.size(), list.name().text(), type, values);
  }

  private ParamPlan param(SourceText source, Declaration.Param param) {
    ValueType type = ValueType.of(type(source, param.type()));
    Expr.Constant value = constant(source, type, param.value());
    boolean below =
        param
            .least()
            .map(least -> value.value() < constant(source, type, least).value())
            .orElse(false);
    boolean above =
        param
            .greatest()
            .map(most -> value.value() > constant(source, type, most).value())
            .orElse(false);
    if (below || above) {
      Expression bound = (below ? param.least() : param.greatest()).orElseThrow();
      findings.error(
          source,
          Code.W0106,
          param.value().span(),
          "`" + param.name().text() + "` is outside its own bounds",
          below ? "too small" : "too great",
          new Diagnostic.Label(bound.span(), below ? "at least this" : "at most this"),
          "change the value or the bounds");
    }
    return new ParamPlan(params.size(), param.name().text(), value);
  }

  /** A literal as a value of this type. */
  Expr.Constant constant(SourceText source, ValueType type, Expression literal) {
    Optional<Expr.Constant> value = Optional.empty();
    if (literal instanceof Expression.NumberLiteral number && type.isNumber()) {
      value = Constants.fromText(type, number.digits());
    } else if (literal instanceof Expression.BoolLiteral bool
        && type.kind() == ValueType.Kind.BOOL) {
      value = Optional.of(new Expr.Constant(type, bool.value() ? 1 : 0, ""));
    } else if (literal instanceof Expression.DurationLiteral duration
        && type.kind() == ValueType.Kind.DURATION) {
      value = Optional.of(new Expr.Constant(type, duration.nanos(), ""));
    } else if (literal instanceof Expression.TextLiteral text
        && !type.isNumber()
        && type.kind() != ValueType.Kind.BOOL) {
      value = Constants.fromText(type, text.value());
    }
    if (value.isEmpty()) {
      findings.error(
          source, Code.W0302, literal.span(), "not a value of type " + type, "needs " + type, "");
      throw new Findings.Rejected();
    }
    return value.get();
  }
}
