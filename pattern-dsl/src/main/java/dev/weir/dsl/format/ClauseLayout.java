package dev.weir.dsl.format;

import dev.weir.dsl.ast.Clause;
import dev.weir.dsl.ast.Expression;
import dev.weir.dsl.ast.Pattern;
import dev.weir.dsl.source.Span;
import java.util.ArrayList;
import java.util.List;

/** Where the lines of a clause, a pattern or an expression may break, and which signs are tight. */
final class ClauseLayout implements Clause.Visitor<Void>, Pattern.Visitor<Void> {
  private static final int INDENT = 2;

  private final Words words;

  ClauseLayout(Words words) {
    this.words = words;
  }

  // ---- clauses

  @Override
  public Void about(Clause.About clause) {
    return null;
  }

  @Override
  public Void owner(Clause.Owner clause) {
    return null;
  }

  @Override
  public Void tags(Clause.Tags clause) {
    return null;
  }

  @Override
  public Void severity(Clause.Severity clause) {
    return null;
  }

  @Override
  public Void by(Clause.By clause) {
    return null;
  }

  @Override
  public Void onArrival(Clause.OnArrival clause) {
    return null;
  }

  @Override
  public Void when(Clause.When clause) {
    int from = words.first(clause.span()) + 1;
    Group value = new Group(from, words.end(clause.span()));
    if (clause.condition() instanceof Expression.Logical logical) {
      breakAtWords(value, logical, 0);
    }
    words.root().put(value);
    insideOf(clause.condition());
    return null;
  }

  @Override
  public Void match(Clause.Match clause) {
    if (clause.pattern() instanceof Pattern.Sequence sequence) {
      links(sequence, true);
    } else {
      clause.pattern().accept(this);
    }
    return null;
  }

  @Override
  public Void without(Clause.Without clause) {
    selector(clause.selector());
    return null;
  }

  @Override
  public Void unless(Clause.Unless clause) {
    selector(clause.selector());
    return null;
  }

  @Override
  public Void within(Clause.Within clause) {
    return null;
  }

  @Override
  public Void onlyDuring(Clause.OnlyDuring clause) {
    expression(clause.condition());
    return null;
  }

  @Override
  public Void starts(Clause.Starts clause) {
    return null;
  }

  @Override
  public Void pick(Clause.Pick clause) {
    return null;
  }

  @Override
  public Void afterMatch(Clause.AfterMatch clause) {
    return null;
  }

  @Override
  public Void fire(Clause.Fire clause) {
    return null;
  }

  @Override
  public Void alert(Clause.Alert clause) {
    body(clause.body(), words.first(clause.body().span()), 0);
    return null;
  }

  @Override
  public Void stage(Clause.Stage clause) {
    int brace = words.first(clause.step().span()) + 1;
    if (words.text(brace).equals("{")) {
      words.tightBraces(brace);
    }
    body(clause.body(), words.first(clause.name().span()), INDENT);
    return null;
  }

  @Override
  public Void onTimeout(Clause.OnTimeout clause) {
    body(clause.body(), words.first(clause.span()), INDENT);
    return null;
  }

  /** The values of an alert go to the next line, then each value to its own. */
  private void body(Clause.AlertBody body, int from, int indent) {
    int text = words.first(body.text().span());
    int end = words.end(body.span());
    if (end == text + 1) {
      return;
    }
    int open = text + 1;
    int close = end - 1;
    words.root().put(new Group(from, end).breakAt(open, indent));
    List<Integer> starts = new ArrayList<>();
    body.score()
        .ifPresent(
            score -> {
              int word = words.back(words.first(score.span()), "score");
              starts.add(word);
              words.dropIf(word + 1, ":");
              expression(score);
            });
    for (Clause.AlertField field : body.fields()) {
      starts.add(words.first(field.span()));
      expression(field.value());
    }
    starts.sort(null);
    words.separate(starts, close, ",");
    Group items = new Group(open, end);
    items.fill = true;
    starts.forEach(start -> items.breakAt(start, INDENT));
    words.root().put(items);
  }

  @Override
  public Void decide(Clause.Decide clause) {
    return null;
  }

  @Override
  public Void suppress(Clause.Suppress clause) {
    return null;
  }

  @Override
  public Void status(Clause.Status clause) {
    return null;
  }

  @Override
  public Void onUpdate(Clause.OnUpdate clause) {
    return null;
  }

  @Override
  public Void budget(Clause.Budget clause) {
    return null;
  }

  @Override
  public Void valid(Clause.Valid clause) {
    return null;
  }

  // ---- patterns

  private void links(Pattern.Sequence sequence, boolean isOutermost) {
    int end = words.end(sequence.span());
    Group all = new Group(words.first(sequence.span()), end);
    all.always = isOutermost;
    for (Pattern.Link link : sequence.links()) {
      all.breakAt(words.first(link.span()), 0);
    }
    words.root().put(all);
    sequence.first().accept(this);
    sequence.links().forEach(this::link);
  }

  private void link(Pattern.Link link) {
    int end = words.end(link.span());
    Group group = new Group(words.first(link.span()), end);
    if (link.to() instanceof Pattern.Step step) {
      parts(step).forEach(word -> group.breakAt(word, INDENT));
    }
    link.edge().bounds().forEach(bound -> group.breakAt(words.first(bound.span()), INDENT));
    words.root().put(group);
    link.edge().without().forEach(this::selector);
    link.to().accept(this);
  }

  /** The words that begin the parts of a step. */
  private List<Integer> parts(Pattern.Step step) {
    List<Integer> parts = new ArrayList<>();
    step.where().ifPresent(e -> parts.add(words.back(words.first(e.span()), "where")));
    step.require().ifPresent(e -> parts.add(words.back(words.first(e.span()), "require")));
    if (!step.bindings().isEmpty()) {
      parts.add(words.back(words.first(step.bindings().get(0).span()), "with"));
    }
    return parts;
  }

  @Override
  public Void step(Pattern.Step step) {
    int end = words.end(step.span());
    List<Integer> parts = parts(step);
    Group group = new Group(words.first(step.span()), end);
    parts.forEach(word -> group.breakAt(word, INDENT));
    words.root().put(group);
    step.after()
        .ifPresent(
            after -> {
              selector(after.selector());
              int or = words.end(after.span()) - 2;
              if (after.orNever() && !words.text(or - 1).equals(",")) {
                words.putBehind(or - 1, ",");
              }
            });
    step.loop().ifPresent(this::loop);
    step.where().ifPresent(e -> part(e, nextPart(parts, e.span(), end)));
    step.require().ifPresent(e -> part(e, nextPart(parts, e.span(), end)));
    step.bindings().forEach(binding -> expression(binding.value()));
    return null;
  }

  private int nextPart(List<Integer> parts, Span span, int end) {
    int at = words.first(span);
    return parts.stream().filter(word -> word > at).findFirst().orElse(end);
  }

  /** A condition with its keyword, up to this word. */
  private void part(Expression condition, int end) {
    int from = words.first(condition.span()) - 1;
    while (words.text(from).equals("(")) {
      from--;
    }
    Group group = new Group(from, end);
    if (condition instanceof Expression.Logical logical) {
      breakAtWords(group, logical, INDENT);
    }
    words.root().put(group);
    insideOf(condition);
  }

  /** The parts of a chain whose words the group round it breaks at. */
  private void insideOf(Expression condition) {
    if (condition instanceof Expression.Logical logical) {
      logical.operands().forEach(this::expression);
    } else {
      expression(condition);
    }
  }

  /** {@code where} and its condition, up to this word. */
  void selection(Expression where, int end) {
    part(where, end);
  }

  private void selector(Clause.Selector selector) {
    selector.where().ifPresent(where -> part(where, words.end(selector.span())));
  }

  private void loop(Pattern.Loop loop) {
    words.tightBraces(words.first(loop.span()));
    loop.until().ifPresent(this::expression);
  }

  @Override
  public Void group(Pattern.Group group) {
    int end = words.end(group.span());
    group.loop().ifPresent(this::loop);
    if (group.body() instanceof Pattern.Sequence sequence) {
      links(sequence, false);
    } else {
      group.body().accept(this);
    }
    words.root().put(new Group(words.first(group.span()), end));
    return null;
  }

  @Override
  public Void sequence(Pattern.Sequence sequence) {
    links(sequence, false);
    return null;
  }

  @Override
  public Void allOf(Pattern.AllOf allOf) {
    return branches(allOf.span(), allOf.branches(), ";");
  }

  @Override
  public Void oneOf(Pattern.OneOf oneOf) {
    return branches(oneOf.span(), oneOf.branches(), "or");
  }

  @Override
  public Void someOf(Pattern.SomeOf someOf) {
    return branches(someOf.span(), someOf.branches(), ";");
  }

  private Void branches(Span span, List<Pattern> branches, String separator) {
    int from = words.first(span);
    int close = words.end(span) - 1;
    List<Integer> starts = new ArrayList<>();
    branches.forEach(branch -> starts.add(words.first(branch.span())));
    Group group = new Group(from, close + 1);
    if (separator.equals("or")) {
      for (int i = 0; i < starts.size(); i++) {
        group.breakAt(i == 0 ? starts.get(i) : starts.get(i) - 1, INDENT);
      }
    } else {
      words.separate(starts, close, separator);
      starts.forEach(start -> group.breakAt(start, INDENT));
    }
    group.breakAt(close, 0);
    words.root().put(group);
    branches.forEach(branch -> branch.accept(this));
    return null;
  }

  @Override
  public Void absence(Pattern.Absence absence) {
    selector(absence.selector());
    return null;
  }

  @Override
  public Void lowRate(Pattern.LowRate lowRate) {
    selector(lowRate.selector());
    return null;
  }

  // ---- expressions

  private void breakAtWords(Group group, Expression.Logical logical, int column) {
    String word = logical.and() ? "and" : "or";
    for (int i = 1; i < logical.operands().size(); i++) {
      int next = words.first(logical.operands().get(i).span());
      group.breakAt(words.back(next, word), column);
    }
  }

  void expression(Expression expression) {
    expression.accept(new ExpressionLayout());
  }

  /** Signs inside expressions; a chain of {@code and} or {@code or} may break at its words. */
  private final class ExpressionLayout implements Expression.Visitor<Void> {
    private void over(Expression inner) {
      inner.accept(this);
    }

    @Override
    public Void number(Expression.NumberLiteral literal) {
      if (literal.digits().startsWith("-")) {
        words.tightBefore(words.first(literal.span()) + 1);
      }
      return null;
    }

    @Override
    public Void text(Expression.TextLiteral literal) {
      return null;
    }

    @Override
    public Void bool(Expression.BoolLiteral literal) {
      return null;
    }

    @Override
    public Void duration(Expression.DurationLiteral literal) {
      return null;
    }

    @Override
    public Void variable(Expression.Variable variable) {
      return null;
    }

    @Override
    public Void member(Expression.Member member) {
      over(member.target());
      return null;
    }

    @Override
    public Void index(Expression.Index index) {
      over(index.target());
      int number = words.end(index.span()) - 2;
      words.tightBefore(number);
      return null;
    }

    @Override
    public Void call(Expression.Call call) {
      words.tightBefore(words.first(call.function().span()) + 1);
      call.arguments().forEach(this::over);
      return null;
    }

    @Override
    public Void feature(Expression.Feature feature) {
      words.tightBefore(words.first(feature.function().span()) + 1);
      feature.where().ifPresent(this::over);
      return null;
    }

    @Override
    public Void previous(Expression.Previous previous) {
      words.tightBefore(words.first(previous.span()) + 1);
      return null;
    }

    @Override
    public Void unary(Expression.Unary unary) {
      if (unary.operator() == Expression.Unary.Operator.MINUS) {
        words.tightBefore(words.first(unary.span()) + 1);
      }
      over(unary.operand());
      return null;
    }

    @Override
    public Void binary(Expression.Binary binary) {
      over(binary.left());
      over(binary.right());
      return null;
    }

    @Override
    public Void logical(Expression.Logical logical) {
      Group group = new Group(words.first(logical.span()), words.end(logical.span()));
      breakAtWords(group, logical, 0);
      words.root().put(group);
      logical.operands().forEach(this::over);
      return null;
    }

    @Override
    public Void isMissing(Expression.IsMissing isMissing) {
      over(isMissing.operand());
      return null;
    }

    @Override
    public Void inList(Expression.InList inList) {
      over(inList.operand());
      return null;
    }

    @Override
    public Void inValues(Expression.InValues inValues) {
      over(inValues.operand());
      inValues.values().forEach(this::over);
      return null;
    }
  }
}
