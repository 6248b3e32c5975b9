package io.millrace.filter;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The JSON paths of a filter as a tree, so that one pass over a text finds them all. Immutable. */
final class JsonPaths {

  /** A value that is wanted, or is on the path to one. */
  static final class Node {

    /** Index of the node in its tree. */
    final int id;

    /** Number of steps from the root. */
    final int depth;

    /** Slot of the wanted value; -1 if the value itself is not wanted. */
    final int slot;

    /** The names of wanted members, UTF-8, and the nodes of their values. */
    final byte[][] names;

    final Node[] members;

    /** The wanted elements of an array, ascending, and the nodes of their values. */
    final int[] indexes;

    final Node[] elements;

    private Node(int id, int depth, Branch branch, byte[][] names, Node[] members, int[] indexes) {
      this.id = id;
      this.depth = depth;
      this.slot = branch.slot;
      this.names = names;
      this.members = members;
      this.indexes = indexes;
      this.elements = new Node[indexes.length];
    }
  }

  /** A node that is built. */
  private static final class Branch {
    private int slot = -1;
    private final Map<String, Branch> members = new TreeMap<>();
    private final Map<Integer, Branch> elements = new TreeMap<>();
  }

  /** The node of the whole text. */
  final Node root;

  private int nodeCount;

  /** The tree of the fields that are JSON, each wanted in the slot of its index. */
  JsonPaths(List<Field> fields) {
    Branch trunk = new Branch();
    for (int slot = 0; slot < fields.size(); slot++) {
      if (fields.get(slot) instanceof Field.Json json) {
        Branch branch = trunk;
        for (Field.Step step : json.steps()) {
          branch = child(branch, step);
        }
        branch.slot = slot;
      }
    }
    root = node(trunk, 0);
  }

  int nodeCount() {
    return nodeCount;
  }

  private static Branch child(Branch branch, Field.Step step) {
    if (step instanceof Field.Member member) {
      return branch.members.computeIfAbsent(member.name(), name -> new Branch());
    }
    return branch.elements.computeIfAbsent(((Field.Element) step).index(), index -> new Branch());
  }

  private Node node(Branch branch, int depth) {
    int id = nodeCount++;
    List<byte[]> names = new ArrayList<>();
    List<Node> members = new ArrayList<>();
    branch.members.forEach(
        (name, member) -> {
          names.add(name.getBytes(StandardCharsets.UTF_8));
          members.add(node(member, depth + 1));
        });
    int[] indexes = branch.elements.keySet().stream().mapToInt(Integer::intValue).toArray();
    Node node =
        new Node(
            id, depth, branch, names.toArray(byte[][]::new), members.toArray(Node[]::new), indexes);
    for (int i = 0; i < indexes.length; i++) {
      node.elements[i] = node(branch.elements.get(indexes[i]), depth + 1);
    }
    return node;
  }
}
