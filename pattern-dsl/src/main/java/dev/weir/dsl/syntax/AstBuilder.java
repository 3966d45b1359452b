package dev.weir.dsl.syntax;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Declaration;
import dev.weir.dsl.ast.Name;
import dev.weir.dsl.ast.RuleFile;
import dev.weir.dsl.ast.TestLine;
import dev.weir.dsl.ast.TypeName;
import dev.weir.dsl.diagnostic.Code;
import dev.weir.dsl.source.Span;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.ParseTree;
import org.antlr.v4.runtime.tree.TerminalNode;
import org.jspecify.annotations.Nullable;

/** Makes the syntax tree of a file that was parsed without errors. */
final class AstBuilder {
  private final Complaints complaints;
  private final ExpressionBuilder expressions;
  private final PatternBuilder patterns;

  AstBuilder(Complaints complaints) {
    this.complaints = complaints;
    this.expressions = new ExpressionBuilder(complaints);
    this.patterns = new PatternBuilder(complaints, expressions);
  }

  static Span span(ParserRuleContext context) {
    Token stop = context.getStop() == null ? context.getStart() : context.getStop();
    int start = context.getStart().getStartIndex();
    return new Span(start, Math.max(start, stop.getStopIndex() + 1));
  }

  static Span span(Token token) {
    return new Span(token.getStartIndex(), token.getStopIndex() + 1);
  }

  static Name name(WeirParser.NameContext context) {
    return new Name(span(context), context.getText());
  }

  static Name name(WeirParser.StepNameContext context) {
    return new Name(span(context), context.getText());
  }

  static Optional<Name> optionalName(WeirParser.@Nullable NameContext context) {
    return context == null ? Optional.empty() : Optional.of(name(context));
  }

  static List<Name> names(List<WeirParser.NameContext> contexts) {
    return contexts.stream().map(AstBuilder::name).toList();
  }

  static String text(TerminalNode node) {
    return Literals.unquote(node.getText());
  }

  RuleFile file(WeirParser.FileContext context) {
    List<Declaration> all = new ArrayList<>();
    for (WeirParser.DeclarationContext declaration : context.declaration()) {
      ParseTree child = declaration.getChild(0);
      if (child instanceof WeirParser.EventDeclarationContext c) {
        all.add(event(c));
      } else if (child instanceof WeirParser.DefineDeclarationContext c) {
        all.add(
            new Declaration.Define(
                span(c),
                name(c.name(0)),
                name(c.base),
                Optional.ofNullable(c.expression()).map(expressions::expression)));
      } else if (child instanceof WeirParser.ListDeclarationContext c) {
        all.add(
            new Declaration.ListDeclaration(
                span(c),
                name(c.name()),
                type(c.fieldType()),
                Optional.ofNullable(c.STRING()).map(AstBuilder::text),
                c.literal().stream().map(expressions::literal).toList()));
      } else if (child instanceof WeirParser.ParamDeclarationContext c) {
        all.add(
            new Declaration.Param(
                span(c),
                name(c.name()),
                type(c.fieldType()),
                expressions.literal(c.value),
                Optional.ofNullable(c.least).map(expressions::literal),
                Optional.ofNullable(c.greatest).map(expressions::literal)));
      } else if (child instanceof WeirParser.LetDeclarationContext c) {
        all.add(
            new Declaration.Let(span(c), name(c.name()), expressions.expression(c.expression())));
      } else if (child instanceof WeirParser.RuleDeclarationContext c) {
        all.add(
            new Declaration.Rule(
                span(c), name(c.name()), c.clause().stream().map(this::clause).toList()));
      } else if (child instanceof WeirParser.TestDeclarationContext c) {
        all.add(test(c));
      }
    }
    return new RuleFile(all);
  }

  // ---- events
  // -------------------------------------------------------------------------------------

  private Declaration.Event event(WeirParser.EventDeclarationContext context) {
    Optional<Name> tie = Optional.empty();
    List<Declaration.FieldDeclaration> fields = new ArrayList<>();
    for (WeirParser.FieldDeclarationContext field : context.fieldDeclaration()) {
      fields.add(field(field));
      if (field.tie != null) {
        once(tie.isPresent(), span(field.tie), "how ties are broken");
        tie = Optional.of(name(field.tie));
      }
    }
    Optional<Long> lateness = Optional.empty();
    Optional<Long> keep = Optional.empty();
    boolean drop = false;
    for (WeirParser.EventTailContext tail : context.eventTail()) {
      if (tail instanceof WeirParser.LateTailContext late) {
        once(lateness.isPresent(), span(tail), "the lateness of an event type");
        lateness = Optional.of(complaints.duration(late.DURATION().getSymbol()));
        drop = late.target != null && late.target.getText().equals("drop");
      } else if (tail instanceof WeirParser.KeepTailContext kept) {
        once(keep.isPresent(), span(tail), "`keep`");
        keep = Optional.of(complaints.duration(kept.DURATION().getSymbol()));
      }
    }
    return new Declaration.Event(
        span(context), name(context.name()), fields, tie, lateness, drop, keep);
  }

  private Declaration.FieldDeclaration field(WeirParser.FieldDeclarationContext context) {
    boolean pii = false;
    Optional<Long> idHorizon = Optional.empty();
    Optional<String> source = Optional.empty();
    Optional<String> timeUnit = Optional.empty();
    Optional<String> zone = Optional.empty();
    Set<Class<?>> seen = new HashSet<>();
    for (WeirParser.FieldOptionContext option : context.fieldOption()) {
      once(!seen.add(option.getClass()), span(option), "an option of a field");
      if (option instanceof WeirParser.PiiOptionContext) {
        pii = true;
      } else if (option instanceof WeirParser.IdOptionContext id) {
        idHorizon = Optional.of(complaints.duration(id.DURATION().getSymbol()));
      } else if (option instanceof WeirParser.FromOptionContext from) {
        source = Optional.of(text(from.STRING()));
      } else if (option instanceof WeirParser.EpochOptionContext epoch) {
        timeUnit = Optional.of(epoch.name().getText());
      } else if (option instanceof WeirParser.ZoneOptionContext inZone) {
        zone = Optional.of(text(inZone.STRING()));
      }
    }
    return new Declaration.FieldDeclaration(
        span(context),
        name(context.name(0)),
        type(context.fieldType()),
        context.QUESTION() != null,
        pii,
        idHorizon,
        source,
        timeUnit,
        zone);
  }

  private TypeName type(WeirParser.FieldTypeContext context) {
    String word = context.word != null ? context.word.getText() : context.getText();
    int scale = context.NUMBER() == null ? -1 : complaints.integer(context.NUMBER().getSymbol());
    String unit = context.unit() == null ? "" : context.unit().getText();
    return new TypeName(span(context), word, scale, unit);
  }

  // ---- rules
  // --------------------------------------------------------------------------------------

  private Clause clause(WeirParser.ClauseContext context) {
    Span span = span(context);
    if (context instanceof WeirParser.AboutClauseContext c) {
      return new Clause.About(span, text(c.STRING()));
    }
    if (context instanceof WeirParser.OwnerClauseContext c) {
      return new Clause.Owner(span, text(c.STRING()));
    }
    if (context instanceof WeirParser.TagsClauseContext c) {
      return new Clause.Tags(
          span,
          c.tag().stream()
              .map(tag -> tag.STRING() == null ? tag.getText() : text(tag.STRING()))
              .toList());
    }
    if (context instanceof WeirParser.SeverityClauseContext c) {
      return new Clause.Severity(span, name(c.name()));
    }
    if (context instanceof WeirParser.ByClauseContext c) {
      return new Clause.By(span, c.keyPart().stream().map(this::keyPart).toList());
    }
    if (context instanceof WeirParser.OnArrivalClauseContext) {
      return new Clause.OnArrival(span);
    }
    if (context instanceof WeirParser.WhenClauseContext c) {
      boolean rising = hasWord(c, "rising");
      return new Clause.When(span, names(c.name()), rising, expressions.expression(c.expression()));
    }
    if (context instanceof WeirParser.MatchClauseContext c) {
      return new Clause.Match(
          span,
          c.lowRate() == null ? patterns.sequence(c.sequence()) : patterns.lowRate(c.lowRate()));
    }
    if (context instanceof WeirParser.WithoutClauseContext c) {
      return new Clause.Without(span, expressions.selector(c.selector()));
    }
    if (context instanceof WeirParser.UnlessClauseContext c) {
      return new Clause.Unless(span, expressions.selector(c.selector()));
    }
    if (context instanceof WeirParser.WithinClauseContext c) {
      return new Clause.Within(span, complaints.duration(c.DURATION().getSymbol()));
    }
    if (context instanceof WeirParser.OnlyDuringClauseContext c) {
      return new Clause.OnlyDuring(span, expressions.expression(c.expression()));
    }
    if (context instanceof WeirParser.StartsClauseContext c) {
      return new Clause.Starts(
          span,
          c.one != null
              ? Clause.Starts.Kind.ONE_OPEN_AT_A_TIME
              : c.once != null ? Clause.Starts.Kind.ONCE : Clause.Starts.Kind.EVERY);
    }
    if (context instanceof WeirParser.PickClauseContext c) {
      return new Clause.Pick(
          span,
          Clause.Pick.Kind.valueOf(upper(c.kind.getText())),
          Optional.ofNullable(c.NUMBER()).map(n -> complaints.integer(n.getSymbol())));
    }
    if (context instanceof WeirParser.AfterMatchClauseContext c) {
      return afterMatch(span, c.afterMatch());
    }
    if (context instanceof WeirParser.FireClauseContext c) {
      return new Clause.Fire(
          span,
          c.order != null
              ? Clause.Fire.Kind.IN_ORDER
              : Clause.Fire.Kind.valueOf(upper(c.kind.getText())));
    }
    if (context instanceof WeirParser.AlertClauseContext c) {
      return new Clause.Alert(span, alertBody(c.alertBody()));
    }
    if (context instanceof WeirParser.StageClauseContext c) {
      return new Clause.Stage(
          span,
          name(c.name(0)),
          name(c.at),
          c.NUMBER() == null ? 1 : complaints.integer(c.NUMBER().getSymbol()),
          alertBody(c.alertBody()));
    }
    if (context instanceof WeirParser.OnTimeoutClauseContext c) {
      return new Clause.OnTimeout(span, alertBody(c.alertBody()));
    }
    if (context instanceof WeirParser.DecideClauseContext c) {
      return new Clause.Decide(span, name(c.name()));
    }
    if (context instanceof WeirParser.SuppressClauseContext c) {
      return new Clause.Suppress(
          span, complaints.duration(c.DURATION().getSymbol()), names(c.name()));
    }
    if (context instanceof WeirParser.StatusClauseContext c) {
      Token word = c.word != null ? c.word : c.canary;
      return new Clause.Status(
          span,
          new Name(span(word), word.getText()),
          Optional.ofNullable(c.NUMBER()).map(n -> complaints.integer(n.getSymbol())));
    }
    if (context instanceof WeirParser.OnUpdateClauseContext c) {
      return new Clause.OnUpdate(span, new Name(span(c.how), c.how.getText()));
    }
    if (context instanceof WeirParser.BudgetClauseContext c) {
      return new Clause.Budget(
          span,
          complaints.integer(c.NUMBER().getSymbol()),
          c.unitWord.getText(),
          c.perKey != null,
          c.drop != null ? "drop oldest" : "refuse");
    }
    WeirParser.ValidClauseContext c = (WeirParser.ValidClauseContext) context;
    return new Clause.Valid(
        span,
        Optional.ofNullable(c.from).map(t -> Literals.unquote(t.getText())),
        Optional.ofNullable(c.to).map(t -> Literals.unquote(t.getText())));
  }

  private static boolean hasWord(ParserRuleContext context, String word) {
    for (int i = 0; i < context.getChildCount(); i++) {
      if (context.getChild(i) instanceof TerminalNode node && node.getText().equals(word)) {
        return true;
      }
    }
    return false;
  }

  static String upper(String word) {
    return word.toUpperCase(java.util.Locale.ROOT);
  }

  private Clause.KeyPart keyPart(WeirParser.KeyPartContext context) {
    return new Clause.KeyPart(
        span(context),
        context.keyField().stream()
            .map(
                field ->
                    new Clause.KeyField(span(field), optionalName(field.type), name(field.field)))
            .toList());
  }

  private Clause afterMatch(Span span, WeirParser.AfterMatchContext context) {
    if (context.restart != null) {
      return new Clause.AfterMatch(span, Clause.AfterMatch.Kind.RESTART, Optional.empty());
    }
    if (context.end != null) {
      return new Clause.AfterMatch(
          span,
          context.end.getText().equals("first")
              ? Clause.AfterMatch.Kind.RESUME_AT_FIRST
              : Clause.AfterMatch.Kind.RESUME_AT_LAST,
          optionalName(context.name()));
    }
    return new Clause.AfterMatch(
        span,
        Clause.AfterMatch.Kind.valueOf("CONSUME_" + upper(context.kind.getText())),
        Optional.empty());
  }

  private Clause.AlertBody alertBody(WeirParser.AlertBodyContext context) {
    Optional<dev.weir.dsl.ast.Expression> score = Optional.empty();
    List<Clause.AlertField> fields = new ArrayList<>();
    for (WeirParser.AlertItemContext item : context.alertItem()) {
      if (item instanceof WeirParser.ScoreItemContext c) {
        once(score.isPresent(), span(c), "the score");
        score = Optional.of(expressions.expression(c.expression()));
      } else if (item instanceof WeirParser.FieldItemContext c) {
        fields.add(
            new Clause.AlertField(span(c), name(c.name()), expressions.expression(c.expression())));
      }
    }
    return new Clause.AlertBody(
        span(context), expressions.template(context.STRING().getSymbol()), score, fields);
  }

  // ---- tests
  // --------------------------------------------------------------------------------------

  private Declaration.Test test(WeirParser.TestDeclarationContext context) {
    long starts =
        context.testLine().stream()
            .filter(line -> line instanceof WeirParser.StartingLineContext)
            .count();
    long ends =
        context.testLine().stream()
            .filter(line -> line instanceof WeirParser.UntilLineContext)
            .count();
    once(starts > 1, span(context.STRING().getSymbol()), "`starting`");
    once(ends > 1, span(context.STRING().getSymbol()), "`until`");
    Name title = new Name(span(context.STRING().getSymbol()), text(context.STRING()));
    return new Declaration.Test(
        span(context),
        title,
        names(context.name()),
        context.testLine().stream().map(this::testLine).toList());
  }

  /** Refuses what stands a second time where the first would be forgotten. */
  private void once(boolean isSecond, Span span, String what) {
    if (isSecond) {
      complaints.add(Code.W0008, span, what + " is said twice", "the second", "leave one out");
    }
  }

  private TestLine testLine(WeirParser.TestLineContext context) {
    Span span = span(context);
    if (context instanceof WeirParser.StartingLineContext c) {
      return new TestLine.Starting(span, text(c.STRING()));
    }
    if (context instanceof WeirParser.EventLineContext c) {
      return new TestLine.Event(
          span,
          complaints.duration(c.DURATION().getSymbol()),
          name(c.name()),
          values(c.fieldValue()));
    }
    if (context instanceof WeirParser.UntilLineContext c) {
      return new TestLine.Until(span, complaints.duration(c.DURATION().getSymbol()));
    }
    if (context instanceof WeirParser.ExpectNothingLineContext c) {
      return new TestLine.ExpectNothing(
          span, Optional.ofNullable(c.STRING()).map(AstBuilder::text));
    }
    WeirParser.ExpectLineContext c = (WeirParser.ExpectLineContext) context;
    return new TestLine.Expect(
        span,
        name(c.name()),
        Optional.ofNullable(c.DURATION()).map(d -> complaints.duration(d.getSymbol())),
        values(c.fieldValue()),
        Optional.ofNullable(c.STRING()).map(AstBuilder::text));
  }

  private List<TestLine.FieldValue> values(List<WeirParser.FieldValueContext> contexts) {
    return contexts.stream()
        .map(
            c -> new TestLine.FieldValue(span(c), name(c.name()), expressions.literal(c.literal())))
        .toList();
  }
}
