package dev.weir.dsl.format;

import dev.weir.dsl.ast.Name;
import dev.weir.dsl.source.Span;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;

/**
 * Shows a tree as it was read: one node or value a line, indented, without places. Two trees that
 * print alike say the same. Linear in the tree.
 */
public final class TreePrinter {
  private final StringBuilder out = new StringBuilder();

  private TreePrinter() {}

  /** The printed form of a node of {@code dev.weir.dsl.ast}; ends with a line break. */
  public static String print(Record node) {
    TreePrinter printer = new TreePrinter();
    printer.node("", node, 0);
    return printer.out.toString();
  }

  private void node(String label, Record node, int depth) {
    String name = node.getClass().getSimpleName();
    line(label, name, depth);
    for (RecordComponent component : node.getClass().getRecordComponents()) {
      if (component.getType() == Span.class) {
        continue;
      }
      try {
        value(component.getName(), component.getAccessor().invoke(node), depth + 1);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("a tree node cannot be read: " + name, e);
      }
    }
  }

  private void value(String label, Object value, int depth) {
    if (value instanceof Optional<?> optional) {
      if (optional.isPresent()) {
        value(label, optional.get(), depth);
      }
    } else if (value instanceof List<?> list) {
      if (!list.isEmpty()) {
        line(label, "[" + list.size() + "]", depth);
        list.forEach(item -> value("", item, depth + 1));
      }
    } else if (value instanceof Name name) {
      line(label, name.text(), depth);
    } else if (value instanceof Record node) {
      node(label, node, depth);
    } else if (value instanceof String text) {
      line(label, AstPrinter.quoted(text), depth);
    } else if (!Boolean.FALSE.equals(value)) {
      line(label, String.valueOf(value), depth);
    }
  }

  private void line(String label, String value, int depth) {
    out.append("  ".repeat(depth));
    if (!label.isEmpty()) {
      out.append(label).append(": ");
    }
    out.append(value).append('\n');
  }
}
