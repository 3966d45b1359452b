package dev.weir.engine;

import dev.weir.dsl.plan.Expr;
import dev.weir.dsl.plan.PlanText;
import dev.weir.dsl.plan.ValueType;
import dev.weir.engine.TraceProgram.Conjunct;
import dev.weir.engine.TraceProgram.Leaf;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** Conditions with the values that they read, and keys, as text. Owned by the engine's thread. */
final class TraceValues {
  private static final int RATIO_DIGITS = 6;
  private static final int NAME_POINTS = 32;

  private final Evaluator evaluator;

  TraceValues(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  /** The condition, and in parentheses what it reads of what the evaluator is about. */
  String of(Conjunct conjunct) {
    String text = conjunct.text();
    List<String> values = new ArrayList<>();
    for (Leaf leaf : conjunct.leaves()) {
      evaluator.value(leaf.program());
      String value =
          evaluator.isMissing() ? "missing" : leaf.isMasked() ? "masked" : shown(leaf.type());
      values.add(shortened(leaf.text()) + " = " + value);
    }
    return values.isEmpty() ? text : text + " (" + String.join(", ", values) + ")";
  }

  /** The whole text stands in the condition already. */
  private static String shortened(String text) {
    int[] points = text.codePoints().limit(NAME_POINTS + 1L).toArray();
    return points.length <= NAME_POINTS ? text : new String(points, 0, NAME_POINTS - 1) + "…";
  }

  private String shown(ValueType type) {
    return switch (type.kind()) {
      case TEXT, IP -> bytes(type, evaluator.buffer(), evaluator.offset(), evaluator.length());
      case RATIO -> ratio(type, evaluator.raw(), evaluator.denominator());
      default -> PlanText.constant(new Expr.Constant(type, evaluator.raw(), ""));
    };
  }

  static String ratio(ValueType type, long numerator, long denominator) {
    BigDecimal value =
        BigDecimal.valueOf(numerator, type.scale())
            .divide(BigDecimal.valueOf(denominator), MathContext.DECIMAL128)
            .setScale(RATIO_DIGITS, RoundingMode.HALF_EVEN)
            .stripTrailingZeros();
    return value.signum() == 0 ? "0" : value.toPlainString();
  }

  static String bytes(ValueType type, DirectBuffer buffer, int offset, int length) {
    byte[] bytes = new byte[length];
    buffer.getBytes(offset, bytes);
    String text;
    if (type.kind() == ValueType.Kind.TEXT) {
      text = new String(bytes, StandardCharsets.UTF_8);
    } else {
      try {
        text = InetAddress.getByAddress(bytes).getHostAddress();
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException("not an ip: length=" + length, e);
      }
    }
    return PlanText.constant(new Expr.Constant(ValueType.TEXT, 0, text));
  }

  /** The parts of a key. */
  static String key(List<ValueType> types, DirectBuffer key, int offset) {
    List<String> parts = new ArrayList<>();
    int at = offset;
    for (ValueType type : types) {
      parts.add(
          Expressions.isBytes(type)
              ? bytes(type, key, KeyBytes.bytesOffset(at), KeyBytes.bytesLength(key, at))
              : PlanText.constant(new Expr.Constant(type, KeyBytes.number(key, at), "")));
      at = KeyBytes.next(key, at);
    }
    return String.join(", ", parts);
  }
}
