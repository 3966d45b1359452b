package dev.weir.engine;

import com.google.re2j.Pattern;
import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.RuleSetPlan.ParamPlan;
import dev.weir.dsl.plan.ValueType;
import dev.weir.event.NetworkAddress;
import dev.weir.event.TimeZones;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;

/**
 * Packs typed expressions into one run of ints with constants beside it. Equal expressions of one
 * scope are packed once. Used while a program is made.
 */
final class Expressions {
  /** Where an expression stands: it tells how steps of a match are read. */
  interface Scope {
    /** Place of a field in what the step keeps. */
    int projectionOf(int step, int field);

    /** Offset in the partial match of the register that keeps this aggregate. */
    int register(int step, Expr.LoopValue.Function function, int projection, ValueType field);

    /** The type of a kept field. */
    ValueType fieldType(int step, int field);
  }

  /** A reference to a feature: which, with or without the event at hand, and by which key. */
  record FeatureReference(int feature, boolean before, List<Integer> keyFields, ValueType type) {
    static FeatureReference of(Expr.FeatureValue value) {
      return new FeatureReference(
          value.feature(),
          value.before(),
          value.key().stream().map(Expr.EventField::field).toList(),
          value.type());
    }
  }

  private final IntArrayList code = new IntArrayList();
  private final LongArrayList constants = new LongArrayList();
  private final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
  private int bytesLength;
  private final List<ValueSet> sets = new ArrayList<>();
  private final List<ValueSet> lists;
  private final List<ParamPlan> params;
  private final List<Pattern> patterns = new ArrayList<>();
  private final List<FeatureReference> references = new ArrayList<>();
  private final List<TimeZones.Zone> zones = new ArrayList<>();
  private final Map<Expr, Integer> unscoped = new HashMap<>();
  private int depthMax;

  Expressions(List<ValueSet> lists, List<ParamPlan> params) {
    this.lists = lists;
    this.params = params;
    this.sets.addAll(lists);
  }

  /** Packs an expression; returns where it starts. */
  int pack(Expr expr, Scope scope, boolean isPure) {
    if (isPure) {
      Integer known = unscoped.get(expr);
      if (known != null) {
        return known;
      }
    }
    int start = code.size();
    Packer packer = new Packer(scope);
    expr.accept(packer);
    code.addInt(Op.END);
    depthMax = Math.max(depthMax, packer.depthMax);
    if (isPure) {
      unscoped.put(expr, start);
    }
    return start;
  }

  /** The number of a reference, a new one if it has none. */
  int reference(FeatureReference reference) {
    int number = references.indexOf(reference);
    if (number < 0) {
      number = references.size();
      references.add(reference);
    }
    return number;
  }

  Code finish() {
    byte[] constantBytes = new byte[Math.max(1, bytesLength)];
    bytes.getBytes(0, constantBytes, 0, bytesLength);
    return new Code(
        code.toIntArray(),
        constants.toLongArray(),
        constantBytes,
        sets.toArray(new ValueSet[0]),
        patterns.toArray(new Pattern[0]),
        references.toArray(new FeatureReference[0]),
        zones.toArray(new TimeZones.Zone[0]),
        depthMax + 1);
  }

  static boolean isBytes(ValueType type) {
    return type.kind() == ValueType.Kind.TEXT || type.kind() == ValueType.Kind.IP;
  }

  /** The bytes of a constant text or ip. */
  static byte[] constantBytes(Expr.Constant constant) {
    if (constant.type().kind() == ValueType.Kind.TEXT) {
      return ValueSet.utf8(constant.text());
    }
    return NetworkAddress.parse(constant.text())
        .orElseThrow(() -> new IllegalArgumentException("not an ip: " + constant.text()))
        .bytes();
  }

  static ValueSet setOf(ValueType type, List<Expr.Constant> values) {
    return isBytes(type)
        ? ValueSet.ofBytes(values.stream().map(Expressions::constantBytes).toList())
        : ValueSet.ofNumbers(values);
  }

  private final class Packer implements Expr.Visitor<Void> {
    private final Scope scope;
    private int depth;
    private int depthMax;

    Packer(Scope scope) {
      this.scope = scope;
    }

    private void push() {
      depth++;
      depthMax = Math.max(depthMax, depth);
    }

    private void emit(int op) {
      code.addInt(op);
    }

    private void emit(int op, int a) {
      code.addInt(op);
      code.addInt(a);
    }

    private void emit(int op, int a, int b) {
      emit(op, a);
      code.addInt(b);
    }

    private void emit(int op, int a, int b, int c) {
      emit(op, a, b);
      code.addInt(c);
    }

    private int constant(long value) {
      constants.addLong(value);
      return constants.size() - 1;
    }

    @Override
    public Void constant(Expr.Constant constant) {
      if (isBytes(constant.type())) {
        byte[] value = constantBytes(constant);
        bytes.putBytes(bytesLength, value);
        emit(Op.CONSTANT_BYTES, bytesLength, value.length);
        bytesLength += value.length;
      } else {
        emit(Op.CONSTANT, constant(constant.value()));
      }
      push();
      return null;
    }

    @Override
    public Void param(Expr.Param param) {
      if (isBytes(param.type())) {
        return constant(params.get(param.param()).value());
      }
      emit(Op.PARAM, param.param());
      push();
      return null;
    }

    @Override
    public Void eventField(Expr.EventField field) {
      emit(isBytes(field.type()) ? Op.FIELD_BYTES : Op.FIELD, field.field());
      push();
      return null;
    }

    @Override
    public Void keyPart(Expr.KeyPart part) {
      emit(Op.KEY_PART, part.part(), isBytes(part.type()) ? 1 : 0);
      push();
      return null;
    }

    @Override
    public Void stepField(Expr.StepField field) {
      emit(Op.CELL, field.step(), field.index());
      code.addInt(scope.projectionOf(field.step(), field.field()));
      boolean isRatio = field.type().kind() == ValueType.Kind.RATIO;
      code.addInt(isRatio ? Op.CELL_RATIO : isBytes(field.type()) ? Op.CELL_BYTES : Op.CELL_NUMBER);
      push();
      return null;
    }

    @Override
    public Void loopValue(Expr.LoopValue value) {
      switch (value.function()) {
        case MATCHES -> emit(Op.LOOP_COUNT, Op.ALL_MATCHES);
        case COUNT -> emit(Op.LOOP_COUNT, value.step());
        case SPAN -> emit(Op.LOOP_SPAN, value.step());
        case DISTINCT ->
            emit(
                Op.LOOP_DISTINCT,
                value.step(),
                scope.projectionOf(value.step(), value.field()),
                isBytes(scope.fieldType(value.step(), value.field())) ? 1 : 0);
        case SUM, AVG, MIN, MAX -> {
          int projection = scope.projectionOf(value.step(), value.field());
          int register =
              scope.register(
                  value.step(),
                  value.function(),
                  projection,
                  scope.fieldType(value.step(), value.field()));
          int op =
              switch (value.function()) {
                case SUM -> Op.LOOP_SUM;
                case AVG -> Op.LOOP_AVG;
                default -> Op.LOOP_EXTREME;
              };
          emit(op, register);
        }
      }
      push();
      return null;
    }

    @Override
    public Void featureValue(Expr.FeatureValue value) {
      emit(Op.FEATURE, reference(FeatureReference.of(value)));
      push();
      return null;
    }

    @Override
    public Void arithmetic(Expr.Arithmetic arithmetic) {
      Expr left = arithmetic.left();
      Expr right = arithmetic.right();
      left.accept(this);
      right.accept(this);
      depth--;
      boolean ratio =
          left.type().kind() == ValueType.Kind.RATIO || right.type().kind() == ValueType.Kind.RATIO;
      int leftScale = left.type().scale();
      int rightScale = right.type().scale();
      int scale = Math.max(leftScale, rightScale);
      switch (arithmetic.operator()) {
        case PLUS -> emit(ratio ? Op.RATIO_ADD : Op.ADD, scale - leftScale, scale - rightScale);
        case MINUS ->
            emit(ratio ? Op.RATIO_SUBTRACT : Op.SUBTRACT, scale - leftScale, scale - rightScale);
        case TIMES -> emit(ratio ? Op.RATIO_MULTIPLY : Op.MULTIPLY);
        case DIVIDE -> emit(ratio ? Op.RATIO_DIVIDE : Op.DIVIDE, rightScale);
      }
      return null;
    }

    @Override
    public Void negate(Expr.Negate negate) {
      negate.operand().accept(this);
      emit(Op.NEGATE);
      return null;
    }

    @Override
    public Void compare(Expr.Compare compare) {
      ValueType left = compare.left().type();
      ValueType right = compare.right().type();
      int comparison = comparison(compare.operator());
      if (compare.left() instanceof Expr.EventField field
          && compare.right() instanceof Expr.Constant value
          && !isBytes(left)
          && left.scale() == right.scale()) {
        emit(Op.FIELD_COMPARE, field.field(), comparison, constant(value.value()));
        push();
        return null;
      }
      compare.left().accept(this);
      compare.right().accept(this);
      depth--;
      if (isBytes(left)) {
        emit(Op.COMPARE_BYTES, comparison);
      } else {
        boolean ratio = left.kind() == ValueType.Kind.RATIO || right.kind() == ValueType.Kind.RATIO;
        int scale = Math.max(left.scale(), right.scale());
        emit(
            ratio ? Op.COMPARE_RATIO : Op.COMPARE,
            comparison,
            scale - left.scale(),
            scale - right.scale());
      }
      return null;
    }

    @Override
    public Void textTest(Expr.TextTest test) {
      test.left().accept(this);
      if (test.operator() == Expr.TextTest.Operator.MATCHES) {
        patterns.add(Pattern.compile(((Expr.Constant) test.right()).text()));
        emit(Op.MATCHES, patterns.size() - 1);
        return null;
      }
      test.right().accept(this);
      depth--;
      emit(
          switch (test.operator()) {
            case STARTS_WITH -> Op.STARTS_WITH;
            case ENDS_WITH -> Op.ENDS_WITH;
            default -> Op.CONTAINS;
          });
      return null;
    }

    @Override
    public Void logical(Expr.Logical logical) {
      IntArrayList jumps = new IntArrayList();
      for (int i = 0; i < logical.operands().size(); i++) {
        if (i > 0) {
          emit(logical.and() ? Op.JUMP_IF_FALSE : Op.JUMP_IF_TRUE, 0);
          jumps.addInt(code.size() - 1);
          depth--;
        }
        logical.operands().get(i).accept(this);
      }
      emit(Op.HOLDS);
      for (int i = 0; i < jumps.size(); i++) {
        code.setInt(jumps.getInt(i), code.size());
      }
      return null;
    }

    @Override
    public Void not(Expr.Not not) {
      not.operand().accept(this);
      emit(Op.NOT);
      return null;
    }

    @Override
    public Void isMissing(Expr.IsMissing isMissing) {
      isMissing.operand().accept(this);
      emit(Op.IS_MISSING);
      return null;
    }

    @Override
    public Void inList(Expr.InList inList) {
      inList.operand().accept(this);
      assert inList.list() < lists.size();
      emit(isBytes(inList.operand().type()) ? Op.IN_BYTES_SET : Op.IN_SET, inList.list());
      return null;
    }

    @Override
    public Void inValues(Expr.InValues inValues) {
      inValues.operand().accept(this);
      sets.add(setOf(inValues.operand().type(), inValues.values()));
      emit(isBytes(inValues.operand().type()) ? Op.IN_BYTES_SET : Op.IN_SET, sets.size() - 1);
      return null;
    }

    @Override
    public Void call(Expr.Call call) {
      List<Expr> arguments = call.arguments();
      switch (call.function()) {
        case NOW -> {
          emit(Op.NOW);
          push();
        }
        case ROUND -> {
          Expr value = arguments.get(0);
          value.accept(this);
          call(call.function(), call.type().scale(), value.type().scale());
        }
        case HOUR, WEEKDAY, DAY -> {
          arguments.get(0).accept(this);
          String zone = ((Expr.Constant) arguments.get(1)).text();
          zones.add(TimeZones.zone(zone).orElseThrow());
          call(call.function(), zones.size() - 1, 0);
        }
        case IN_NETWORK -> {
          arguments.get(0).accept(this);
          network(((Expr.Constant) arguments.get(1)).text());
        }
        case MIN, MAX, COALESCE -> {
          boolean isRatio = call.type().kind() == ValueType.Kind.RATIO;
          widened(arguments.get(0), call.type());
          for (int i = 1; i < arguments.size(); i++) {
            widened(arguments.get(i), call.type());
            call(call.function(), isRatio ? 1 : 0, 0);
            depth--;
          }
        }
        default -> {
          arguments.forEach(argument -> argument.accept(this));
          call(call.function(), 0, 0);
          depth -= arguments.size() - 1;
        }
      }
      return null;
    }

    private void call(Expr.Call.Function function, int a, int b) {
      emit(Op.CALL, ScalarFunctions.number(function), a, b);
    }

    /** The value at the scale of a type. */
    private void widened(Expr value, ValueType type) {
      value.accept(this);
      int power = isBytes(type) ? 0 : type.scale() - value.type().scale();
      if (power > 0) {
        emit(Op.WIDEN, power);
      }
    }

    private void network(String text) {
      NetworkAddress network = NetworkAddress.parse(text).orElseThrow();
      bytes.putBytes(bytesLength, network.bytes());
      emit(Op.CONSTANT_BYTES, bytesLength, network.bytes().length);
      bytesLength += network.bytes().length;
      push();
      call(Expr.Call.Function.IN_NETWORK, network.bits(), 0);
      depth--;
    }

    @Override
    public Void forEach(Expr.ForEach forEach) {
      emit(Op.EACH, forEach.step(), forEach.any() ? 1 : 0, 0);
      int end = code.size() - 1;
      forEach.condition().accept(this);
      emit(Op.EACH_END);
      code.setInt(end, code.size());
      return null; // the answer stands where that of the condition stood
    }
  }

  private static int comparison(Expr.Compare.Operator operator) {
    return switch (operator) {
      case EQUAL -> Code.EQUAL;
      case NOT_EQUAL -> Code.NOT_EQUAL;
      case LESS -> Code.LESS;
      case LESS_OR_EQUAL -> Code.LESS_OR_EQUAL;
      case GREATER -> Code.GREATER;
      case GREATER_OR_EQUAL -> Code.GREATER_OR_EQUAL;
    };
  }
}
