package dev.weir.dsl.plan;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Copies a part of a plan with some expressions replaced. A plan is a tree of records, lists, maps
 * and optionals, so the walk goes over their components: a new kind of expression needs no line
 * here. For rare work: it reflects.
 */
final class PlanWalk {
  private final Function<Expr, Expr> replacing;

  /**
   * A walk that replaces what the function gives another value for; what it gives back as it is is
   * walked.
   */
  PlanWalk(Function<Expr, Expr> replacing) {
    this.replacing = replacing;
  }

  /** The part without the values of constants and without numbers of lists and the like. */
  static Object masked(Object part) {
    return new PlanWalk(PlanWalk::mask).copy(part);
  }

  private static Expr mask(Expr expr) {
    if (expr instanceof Expr.Constant constant) {
      return new Expr.Constant(constant.type(), 0, "");
    }
    if (expr instanceof Expr.Param param) {
      return new Expr.Param(param.type(), 0);
    }
    if (expr instanceof Expr.InList in) {
      return new Expr.InList(in.operand(), 0);
    }
    if (expr instanceof Expr.InValues in) {
      return new Expr.InValues(in.operand(), List.of());
    }
    if (expr instanceof Expr.FeatureValue value) {
      return new Expr.FeatureValue(value.type(), 0, value.before(), value.key());
    }
    return expr;
  }

  Object copy(Object part) {
    if (part instanceof Expr expr) {
      return record(replacing.apply(expr));
    }
    if (part instanceof Optional<?> some) {
      return some.map(this::copy);
    }
    if (part instanceof List<?> list) {
      return list.stream().map(this::copy).toList();
    }
    if (part instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, value) -> copy.put(key, copy(value)));
      return copy;
    }
    return part instanceof Record ? record(part) : part;
  }

  private Object record(Object whole) {
    RecordComponent[] components = whole.getClass().getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    try {
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        values[i] = copy(components[i].getAccessor().invoke(whole));
      }
      Constructor<?> constructor = whole.getClass().getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (InvocationTargetException
        | IllegalAccessException
        | InstantiationException
        | NoSuchMethodException e) {
      throw new IllegalStateException("a part of a plan is no public record: " + whole, e);
    }
  }
}
