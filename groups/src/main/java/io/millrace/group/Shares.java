package io.millrace.group;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The members of a group by the number of partitions that they shall have, while one decision
 * changes some of them. Looks at no others. Used once.
 */
final class Shares {

  /** All members as they were. */
  private final NavigableMap<Integer, NavigableSet<String>> before;

  private final Cursor ascending;
  private final Cursor descending;

  /** Those that have changed, and are not gone. */
  private final NavigableMap<Integer, NavigableSet<String>> changed = new TreeMap<>();

  private final Map<String, Integer> sizes = new HashMap<>();

  /** Members that are not what they were in {@link #before}, and those that are gone. */
  private final Set<String> outdated = new HashSet<>();

  /** A member and the number of its partitions. */
  record Share(String member, int size) {}

  Shares(NavigableMap<Integer, NavigableSet<String>> before) {
    this.before = before;
    this.ascending = new Cursor(before);
    this.descending = new Cursor(before.descendingMap());
  }

  /** A member is gone. */
  void remove(String member) {
    outdated.add(member);
  }

  /** A member is new, or has another number of partitions now. */
  void set(String member, int size) {
    outdated.add(member);
    Integer last = sizes.put(member, size);
    if (last != null) {
      NavigableSet<String> others = changed.get(last);
      others.remove(member);
      if (others.isEmpty()) {
        changed.remove(last);
      }
    }
    changed.computeIfAbsent(size, each -> new TreeSet<>()).add(member);
  }

  /** The first of the members with the fewest partitions. */
  Share smallest() {
    Share old = ascending.peek();
    Share other = first(changed);
    if (old == null || other == null) {
      return old == null ? other : old;
    }
    return old.size() <= other.size() ? old : other;
  }

  /** The first of the members with the most partitions. */
  Share largest() {
    Share old = descending.peek();
    Share other = first(changed.descendingMap());
    if (old == null || other == null) {
      return old == null ? other : old;
    }
    return old.size() >= other.size() ? old : other;
  }

  /** The number of members with more partitions than {@code size}. */
  int above(int size) {
    int count = 0;
    for (NavigableSet<String> members : before.tailMap(size, false).values()) {
      count += members.size();
      for (String member : outdated) {
        count -= members.contains(member) ? 1 : 0;
      }
    }
    for (NavigableSet<String> members : changed.tailMap(size, false).values()) {
      count += members.size();
    }
    return count;
  }

  private static Share first(NavigableMap<Integer, NavigableSet<String>> bySize) {
    return bySize.isEmpty()
        ? null
        : new Share(bySize.firstEntry().getValue().first(), bySize.firstKey());
  }

  /** The members as they were, in one order. A member that has changed once never comes back. */
  private final class Cursor {

    private final Iterator<Map.Entry<Integer, NavigableSet<String>>> sizes;
    private Iterator<String> members = Collections.emptyIterator();
    private int size;
    private String next;

    Cursor(NavigableMap<Integer, NavigableSet<String>> bySize) {
      this.sizes = bySize.entrySet().iterator();
    }

    /** The next member that has not changed, or null. */
    Share peek() {
      while (next == null || outdated.contains(next)) {
        if (members.hasNext()) {
          next = members.next();
        } else if (sizes.hasNext()) {
          Map.Entry<Integer, NavigableSet<String>> entry = sizes.next();
          size = entry.getKey();
          members = entry.getValue().iterator();
          next = null;
        } else {
          return null;
        }
      }
      return new Share(next, size);
    }
  }
}
