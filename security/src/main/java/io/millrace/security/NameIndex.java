package io.millrace.security;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rules of one operation on one kind of resource, by the pattern of the resource: a hash map of
 * the names, and a sorted array of the prefixes. A look-up costs one hash and one binary search,
 * then one comparison for each prefix that is the beginning of another one. Immutable.
 *
 * <p>All strings between a prefix and a name that begins with it begin with it too. So the prefixes
 * of a name are the last prefix that is not greater than the name, if it is one, and of the
 * prefixes of that one those that are prefixes of the name.
 */
final class NameIndex {

  private static final int NONE = -1;

  private final Map<String, Rule[]> exact;
  private final String[] prefixes; // sorted
  private final Rule[][] ofPrefix;

  /** The index of the longest prefix that is a beginning of this one; {@link #NONE}: none is. */
  private final int[] shorter;

  private final boolean hidesInternal;

  private NameIndex(
      Map<String, Rule[]> exact, TreeMap<String, List<Rule>> byPrefix, boolean hidesInternal) {
    this.exact = exact;
    this.prefixes = byPrefix.keySet().toArray(String[]::new);
    this.ofPrefix =
        byPrefix.values().stream().map(each -> each.toArray(Rule[]::new)).toArray(Rule[][]::new);
    this.shorter = shorter(prefixes);
    this.hidesInternal = hidesInternal;
  }

  /**
   * The index of some rules.
   *
   * @param hidesInternal whether a prefix matches an internal name only if it is internal itself
   */
  static NameIndex of(List<Rule> rules, boolean hidesInternal) {
    Map<String, List<Rule>> names = new HashMap<>();
    TreeMap<String, List<Rule>> byPrefix = new TreeMap<>();
    for (Rule rule : rules) {
      NamePattern pattern = rule.permission().resource();
      (pattern.isPrefix() ? byPrefix : names)
          .computeIfAbsent(pattern.text(), text -> new ArrayList<>())
          .add(rule);
    }
    Map<String, Rule[]> exact = new HashMap<>();
    names.forEach((name, of) -> exact.put(name, of.toArray(Rule[]::new)));
    return new NameIndex(exact, byPrefix, hidesInternal);
  }

  /** A rule that matches the name: of its exact name, else of its longest prefix; null if none. */
  Rule first(String name) {
    Rule[] named = exact.get(name);
    if (named != null) {
      return named[0];
    }
    int prefix = longestPrefix(name);
    return prefix == NONE ? null : ofPrefix[prefix][0];
  }

  /** Whether a prefix matches every name that begins with a text. */
  boolean coversPrefix(String text) {
    return longestPrefix(text) != NONE;
  }

  /** Adds all rules that match the name. */
  void addAll(String name, List<Rule> to) {
    Rule[] named = exact.get(name);
    if (named != null) {
      to.addAll(Arrays.asList(named));
    }
    for (int i = longestPrefix(name); i != NONE && mayMatch(prefixes[i], name); i = shorter[i]) {
      to.addAll(Arrays.asList(ofPrefix[i]));
    }
  }

  private int longestPrefix(String name) {
    if (prefixes.length == 0) {
      return NONE;
    }
    int found = Arrays.binarySearch(prefixes, name);
    int at = found >= 0 ? found : -found - 2;
    while (at != NONE && !name.startsWith(prefixes[at])) {
      at = shorter[at];
    }
    return at != NONE && mayMatch(prefixes[at], name) ? at : NONE;
  }

  /** Of a prefix that does not match an internal name, no shorter one matches. */
  private boolean mayMatch(String prefix, String name) {
    return !hidesInternal || !TopicPattern.isInternal(name) || TopicPattern.isInternal(prefix);
  }

  private static int[] shorter(String[] prefixes) {
    int[] shorter = new int[prefixes.length];
    for (int i = 0; i < prefixes.length; i++) {
      int candidate = i - 1;
      while (candidate != NONE && !prefixes[i].startsWith(prefixes[candidate])) {
        candidate = shorter[candidate];
      }
      shorter[i] = candidate;
    }
    return shorter;
  }
}
