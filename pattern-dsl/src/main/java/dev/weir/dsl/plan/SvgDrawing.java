package dev.weir.dsl.plan;

import dev.weir.dsl.plan.PlanGraph.Edge;
import dev.weir.dsl.plan.PlanGraph.Kind;
import dev.weir.dsl.plan.PlanGraph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Draws a graph in rows from top to bottom: a place stands below all that lead to it. Whole numbers
 * only, so that the text is the same everywhere. One use.
 */
final class SvgDrawing {
  private static final int CHAR = 7; // width of a character, in a font of 12
  private static final int LINE = 16;
  private static final int LINE_CHARS = 52;
  private static final int BOX = 34;
  private static final int MARGIN = 24;
  private static final int GAP = 40; // between places of a row, and the least between rows

  /** Where a place stands: its middle, and its size. */
  private record Box(int x, int y, int width, int height) {
    int top() {
      return y - height / 2;
    }

    int bottom() {
      return y + height / 2;
    }
  }

  private final PlanGraph graph;
  private final String name;
  private final Map<String, Integer> rows = new HashMap<>();
  private final Map<String, Box> boxes = new HashMap<>();
  private final StringBuilder out = new StringBuilder();
  private int right;

  SvgDrawing(PlanGraph graph, String name) {
    this.graph = graph;
    this.name = name;
  }

  String draw() {
    layRows();
    int bottom = place();
    StringBuilder shapes = new StringBuilder();
    for (Edge edge : graph.edges) {
      edge(edge);
    }
    for (Node node : graph.nodes) {
      node(node);
    }
    for (String limit : graph.limits) {
      bottom += LINE;
      text(MARGIN, bottom, "start", wrapped(limit), "#555");
      bottom += LINE * (wrapped(limit).size() - 1);
      right = Math.max(right, MARGIN * 2 + LINE_CHARS * CHAR);
    }
    shapes.append(out);
    int width = right + MARGIN;
    int height = bottom + MARGIN;
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\""
        + width
        + "\" height=\""
        + height
        + "\" viewBox=\"0 0 "
        + width
        + " "
        + height
        + "\" font-family=\"monospace\" font-size=\"12\">\n<title>"
        + escaped(name)
        + "</title>\n<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\""
        + " markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/>"
        + "</marker></defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
        + shapes
        + "</svg>\n";
  }

  // ---- where things stand

  /** The row of a place is one below the lowest that leads to it. */
  private void layRows() {
    graph.nodes.forEach(node -> rows.put(node.id(), 0));
    for (int i = 0;
        i < graph.nodes.size();
        i++) { // longest ways: no circles but those of one place
      for (Edge edge : graph.edges) {
        if (!edge.from().equals(edge.to())) {
          rows.merge(edge.to(), row(edge.from()) + 1, Math::max);
        }
      }
    }
  }

  private int row(String id) {
    return rows.getOrDefault(id, 0);
  }

  /** Places all boxes; returns the lower end. */
  private int place() {
    TreeMap<Integer, List<Node>> byRow = new TreeMap<>();
    graph.nodes.forEach(n -> byRow.computeIfAbsent(row(n.id()), r -> new ArrayList<>()).add(n));
    int widest = byRow.values().stream().mapToInt(this::widthOf).max().orElse(0);
    int skips = (int) graph.edges.stream().filter(this::skips).count();
    int left = MARGIN + (skips > 0 ? GAP + LINE_CHARS * CHAR : 0);
    int y = MARGIN;
    for (Map.Entry<Integer, List<Node>> row : byRow.entrySet()) {
      int lines =
          graph.edges.stream()
              .filter(e -> row(e.to()) == row.getKey() && !e.from().equals(e.to()))
              .mapToInt(e -> wrapped(e.label()).size())
              .max()
              .orElse(0);
      y += row.getKey() == 0 ? 0 : GAP + LINE * lines;
      int x = left + (widest - widthOf(row.getValue())) / 2;
      for (Node node : row.getValue()) {
        int width = columnOf(node);
        int self = selfOf(node);
        int height = node.kind() == Kind.START ? 12 : BOX;
        boxes.put(node.id(), new Box(x + (width - self) / 2, y + BOX / 2, boxWidth(node), height));
        x += width + GAP;
      }
      y += BOX;
    }
    right = left + widest;
    return y;
  }

  private boolean skips(Edge edge) {
    return row(edge.to()) - row(edge.from()) > 1;
  }

  private int widthOf(List<Node> nodes) {
    return nodes.stream().mapToInt(this::columnOf).sum() + GAP * (nodes.size() - 1);
  }

  private static int boxWidth(Node node) {
    return switch (node.kind()) {
      case START -> 12;
      case FORK, JOIN -> Math.max(80, 20 + CHAR * length(node.label()));
      case STEP, ALERT -> 20 + CHAR * length(node.label());
    };
  }

  /** Room for the box, what leads to it, and its loop. */
  private int columnOf(Node node) {
    int label =
        graph.edges.stream()
            .filter(e -> e.to().equals(node.id()) && !e.from().equals(e.to()) && !skips(e))
            .flatMap(e -> wrapped(e.label()).stream())
            .mapToInt(SvgDrawing::length)
            .max()
            .orElse(0);
    return Math.max(boxWidth(node), CHAR * label + 16) + selfOf(node);
  }

  private int selfOf(Node node) {
    return graph.edges.stream()
        .filter(e -> e.from().equals(e.to()) && e.to().equals(node.id()))
        .flatMap(e -> wrapped(e.label()).stream())
        .mapToInt(line -> CHAR * length(line) + GAP + MARGIN)
        .max()
        .orElse(0);
  }

  // ---- shapes

  private Box box(String id) {
    return java.util.Objects.requireNonNull(boxes.get(id));
  }

  private void node(Node node) {
    Box box = box(node.id());
    if (node.kind() == Kind.START) {
      out.append("<circle cx=\"").append(box.x()).append("\" cy=\"").append(box.y());
      out.append("\" r=\"6\"/>\n");
      return;
    }
    String fill =
        switch (node.kind()) {
          case ALERT -> "#fde2e0";
          case FORK, JOIN -> "#eee";
          default -> "#e3eefb";
        };
    out.append("<rect x=\"").append(box.x() - box.width() / 2).append("\" y=\"").append(box.top());
    out.append("\" width=\"").append(box.width()).append("\" height=\"").append(box.height());
    out.append("\" rx=\"6\" fill=\"").append(fill).append("\" stroke=\"#333\"/>\n");
    text(box.x(), box.y() + 4, "middle", List.of(node.label()), "#000");
  }

  private void edge(Edge edge) {
    Box from = box(edge.from());
    Box to = box(edge.to());
    List<String> label = wrapped(edge.label());
    if (edge.from().equals(edge.to())) {
      int x = from.x() + from.width() / 2;
      path("M" + x + " " + (from.y() + 8) + "c36 14 36 -30 0 -16");
      text(x + 34, from.y() + 4 - LINE * (label.size() - 1) / 2, "start", label, "#333");
      return;
    }
    if (skips(edge)) {
      int x = MARGIN + LINE_CHARS * CHAR;
      int left = from.x() - from.width() / 2;
      int end = to.x() - to.width() / 2;
      path(
          "M" + left + " " + from.y() + "C" + x + " " + from.y() + " " + x + " " + to.y() + " "
              + end + " " + to.y());
      int y = (from.y() + to.y()) / 2;
      text(x - 4, y - LINE * (label.size() - 1) / 2, "end", label, "#333");
      return;
    }
    path("M" + from.x() + " " + from.bottom() + "L" + to.x() + " " + to.top());
    int y = to.top() - 14 - LINE * (label.size() - 1);
    int x = to.x() + (from.x() - to.x()) / 5;
    halo(x, y, label);
    text(x, y, "middle", label, "#333");
  }

  private void path(String way) {
    out.append("<path d=\"").append(way);
    out.append("\" fill=\"none\" stroke=\"#333\" marker-end=\"url(#tip)\"/>\n");
  }

  /** Behind words that stand on a line. */
  private void halo(int x, int y, List<String> lines) {
    int width = lines.stream().mapToInt(line -> CHAR * length(line)).max().orElse(0);
    if (width > 0) {
      out.append("<rect x=\"").append(x - width / 2 - 2).append("\" y=\"").append(y - 12);
      out.append("\" width=\"").append(width + 4).append("\" height=\"");
      out.append(LINE * lines.size()).append("\" fill=\"#fff\"/>\n");
    }
  }

  private void text(int x, int y, String anchor, List<String> lines, String colour) {
    for (int i = 0; i < lines.size(); i++) {
      out.append("<text x=\"").append(x).append("\" y=\"").append(y + LINE * i);
      out.append("\" text-anchor=\"").append(anchor).append("\" fill=\"").append(colour);
      out.append("\">").append(escaped(lines.get(i))).append("</text>\n");
    }
  }

  // ---- words

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Lines of at most so many characters, broken at spaces where there are some. */
  private static List<String> wrapped(String text) {
    List<String> lines = new ArrayList<>();
    String rest = text.strip();
    while (length(rest) > LINE_CHARS) {
      int most = rest.offsetByCodePoints(0, LINE_CHARS);
      int at = rest.lastIndexOf(' ', most);
      int end = at > 0 ? at : most;
      lines.add(rest.substring(0, end));
      rest = rest.substring(end).strip();
    }
    if (!rest.isEmpty()) {
      lines.add(rest);
    }
    return lines;
  }

  private static String escaped(String text) {
    StringBuilder to = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> to.append("&lt;");
                case '>' -> to.append("&gt;");
                case '&' -> to.append("&amp;");
                case '"' -> to.append("&quot;");
                default -> to.appendCodePoint(c < 0x20 || c == 0xfffe || c == 0xffff ? ' ' : c);
              }
            });
    return to.toString();
  }
}
