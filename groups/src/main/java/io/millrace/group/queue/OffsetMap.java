package io.millrace.group.queue;

import java.util.function.Consumer;

/**
 * An immutable map with offsets as keys, sorted. A changed copy takes logarithmic time, and shares
 * all but a few nodes with the original: many versions of a large map need little memory. A treap:
 * a search tree by key that is a heap by a hash of the key, so that its shape depends on the keys
 * only (Aragon and Seidel, 1989).
 */
final class OffsetMap<V> {

  private static final OffsetMap<?> EMPTY = new OffsetMap<>(null);

  private final Entry<V> root;

  /** A key and its value, and the entries below it in the tree. */
  static final class Entry<V> {

    private final long offset;
    private final V value;
    private final Entry<V> left;
    private final Entry<V> right;
    private final int size;

    private Entry(long offset, V value, Entry<V> left, Entry<V> right) {
      this.offset = offset;
      this.value = value;
      this.left = left;
      this.right = right;
      this.size = 1 + sizeOf(left) + sizeOf(right);
    }

    long offset() {
      return offset;
    }

    V value() {
      return value;
    }
  }

  private OffsetMap(Entry<V> root) {
    this.root = root;
  }

  @SuppressWarnings("unchecked")
  static <V> OffsetMap<V> empty() {
    return (OffsetMap<V>) EMPTY;
  }

  int size() {
    return sizeOf(root);
  }

  /** The entry with the largest offset up to this one, or null. */
  Entry<V> floor(long offset) {
    Entry<V> found = null;
    Entry<V> at = root;
    while (at != null) {
      if (at.offset <= offset) {
        found = at;
        at = at.right;
      } else {
        at = at.left;
      }
    }
    return found;
  }

  /** The entry with the smallest offset from this one on, or null. */
  Entry<V> ceiling(long offset) {
    Entry<V> found = null;
    Entry<V> at = root;
    while (at != null) {
      if (at.offset >= offset) {
        found = at;
        at = at.left;
      } else {
        at = at.right;
      }
    }
    return found;
  }

  /** With a value for an offset below {@code Long.MAX_VALUE}. */
  OffsetMap<V> with(long offset, V value) {
    Entry<V> lower = merged(below(root, offset), new Entry<>(offset, value, null, null));
    return new OffsetMap<>(merged(lower, from(root, offset + 1)));
  }

  /** Without the entries from an offset up to another one, which is not removed. */
  OffsetMap<V> without(long from, long to) {
    Entry<V> first = ceiling(from);
    if (first == null || first.offset >= to) {
      return this;
    }
    return new OffsetMap<>(merged(below(root, from), from(root, to)));
  }

  void forEach(Consumer<Entry<V>> each) {
    forEach(root, each);
  }

  private static <V> void forEach(Entry<V> at, Consumer<Entry<V>> each) {
    if (at != null) {
      forEach(at.left, each);
      each.accept(at);
      forEach(at.right, each);
    }
  }

  private static <V> Entry<V> below(Entry<V> at, long offset) {
    if (at == null) {
      return null;
    }
    if (at.offset >= offset) {
      return below(at.left, offset);
    }
    Entry<V> right = below(at.right, offset);
    return right == at.right ? at : new Entry<>(at.offset, at.value, at.left, right);
  }

  private static <V> Entry<V> from(Entry<V> at, long offset) {
    if (at == null) {
      return null;
    }
    if (at.offset < offset) {
      return from(at.right, offset);
    }
    Entry<V> left = from(at.left, offset);
    return left == at.left ? at : new Entry<>(at.offset, at.value, left, at.right);
  }

  private static <V> Entry<V> merged(Entry<V> lower, Entry<V> upper) {
    if (lower == null) {
      return upper;
    }
    if (upper == null) {
      return lower;
    }
    return priority(lower.offset) >= priority(upper.offset)
        ? new Entry<>(lower.offset, lower.value, lower.left, merged(lower.right, upper))
        : new Entry<>(upper.offset, upper.value, merged(lower, upper.left), upper.right);
  }

  /** The finalizer of SplitMix64. */
  private static long priority(long offset) {
    long mixed = (offset ^ offset >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }

  private static int sizeOf(Entry<?> entry) {
    return entry == null ? 0 : entry.size;
  }
}
