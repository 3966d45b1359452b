package dev.weir.engine;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which key expressions lead to the same kind of key: disjoint sets, numbered as first added. */
final class KeyClasses {
  /** Fields of an event type; without fields it is the one global key, whatever the type. */
  record Node(int typeId, List<Integer> fields) {}

  static final Node GLOBAL = new Node(-1, List.of());

  private final Map<Node, Node> parents = new LinkedHashMap<>();

  static Node node(int typeId, List<Integer> fields) {
    return fields.isEmpty() ? GLOBAL : new Node(typeId, fields);
  }

  void add(Node node) {
    parents.putIfAbsent(node, node);
  }

  boolean contains(Node node) {
    return parents.containsKey(node);
  }

  void join(Node a, Node b) {
    parents.put(root(a), root(b));
  }

  private Node root(Node node) {
    Node at = node;
    while (true) {
      Node parent = parents.get(at);
      if (parent == null) {
        throw new IllegalArgumentException("unknown key: " + node);
      }
      if (parent.equals(at)) {
        return at;
      }
      at = parent;
    }
  }

  int number(Node node) {
    return java.util.Objects.requireNonNull(numbers().get(root(node)));
  }

  int count() {
    return numbers().size();
  }

  private Map<Node, Integer> numbers() {
    Map<Node, Integer> numbers = new HashMap<>();
    for (Node node : parents.keySet()) {
      numbers.putIfAbsent(root(node), numbers.size());
    }
    return numbers;
  }
}
