package io.millrace.group;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which member has each of some things. Between two records of one change, and in a log that ends
 * there, two members may have the same thing; the first one counts until it gives it up.
 */
final class Holders<T> {

  private final Map<T, String> first = new HashMap<>();

  /** Members that have a thing besides the first one; in general none. */
  private Map<T, TreeSet<String>> others = Map.of();

  /** The id of the member that has the thing, or null. */
  String of(T thing) {
    return first.get(thing);
  }

  /** The number of things that members have. */
  int size() {
    return first.size();
  }

  void add(T thing, String member) {
    String present = first.putIfAbsent(thing, member);
    if (present != null && !present.equals(member)) {
      if (others.isEmpty()) {
        others = new HashMap<>();
      }
      others.computeIfAbsent(thing, each -> new TreeSet<>()).add(member);
    }
  }

  void remove(T thing, String member) {
    TreeSet<String> rest = others.get(thing);
    if (rest == null) {
      first.remove(thing, member);
      return;
    }
    if (member.equals(first.get(thing))) {
      first.put(thing, rest.pollFirst());
    } else {
      rest.remove(member);
    }
    if (rest.isEmpty()) {
      others.remove(thing);
    }
  }
}
