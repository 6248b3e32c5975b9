package io.millrace.group;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;

/**
 * A pattern for topic names: {@code *} stands for any number of characters, {@code ?} for exactly
 * one, and every other character for itself. The whole name must match: {@code orders.*} matches
 * {@code orders.eu} and not {@code orders}. Names that begin with {@code __} belong to the broker;
 * only a pattern that begins with {@code __} matches them.
 *
 * <p>At most {@value #MAX_STARS} stars, so that a match costs at most the length of the name times
 * the length of the pattern. Immutable.
 */
final class TopicGlob {

  static final int MAX_STARS = 10;

  private static final String INTERNAL_PREFIX = "__";

  private final String pattern;
  private final String prefix;

  /** The pattern must be checked: see {@link GroupInputs#subscription}. */
  TopicGlob(String pattern) {
    this.pattern = pattern;
    this.prefix = pattern.substring(0, firstWildcard(pattern));
  }

  boolean matches(String name) {
    if (name.startsWith(INTERNAL_PREFIX) && !pattern.startsWith(INTERNAL_PREFIX)) {
      return false;
    }
    int at = 0;
    int star = -1;
    int retryAt = 0;
    int i = 0;
    while (i < name.length()) {
      char wanted = at < pattern.length() ? pattern.charAt(at) : 0;
      if (wanted == '*') {
        star = at++;
        retryAt = i;
      } else if (wanted != 0 && (wanted == '?' || wanted == name.charAt(i))) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++retryAt;
      } else {
        return false;
      }
    }
    while (at < pattern.length() && pattern.charAt(at) == '*') {
      at++;
    }
    return at == pattern.length();
  }

  /** The topics whose names match, in the order of their names. */
  List<GroupTopic> search(NavigableMap<String, GroupTopic> byName) {
    List<GroupTopic> found = new ArrayList<>();
    for (GroupTopic topic : byName.tailMap(prefix, true).values()) {
      if (!topic.name().startsWith(prefix)) {
        break;
      }
      if (matches(topic.name())) {
        found.add(topic);
      }
    }
    return found;
  }

  private static int firstWildcard(String pattern) {
    for (int i = 0; i < pattern.length(); i++) {
      if (pattern.charAt(i) == '*' || pattern.charAt(i) == '?') {
        return i;
      }
    }
    return pattern.length();
  }
}
