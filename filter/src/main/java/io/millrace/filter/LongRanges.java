package io.millrace.filter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A set of whole numbers as ranges, in ascending order and with gaps between them. Immutable.
 *
 * @param ranges disjoint and ascending
 */
public record LongRanges(List<Range> ranges) {

  /**
   * The numbers {@code min} to {@code max}, both included.
   *
   * @param min at most {@code max}
   */
  public record Range(long min, long max) {
    public Range {
      if (min > max) {
        throw new IllegalArgumentException("min " + min + " is above max " + max);
      }
    }
  }

  /** No number. */
  public static final LongRanges NONE = new LongRanges(List.of());

  /** Every number. */
  public static final LongRanges ALL = between(Long.MIN_VALUE, Long.MAX_VALUE);

  public LongRanges {
    ranges = List.copyOf(ranges);
    for (int i = 1; i < ranges.size(); i++) {
      if (ranges.get(i).min() <= ranges.get(i - 1).max()) {
        throw new IllegalArgumentException("ranges overlap or descend: " + ranges);
      }
    }
  }

  static LongRanges between(long min, long max) {
    return new LongRanges(List.of(new Range(min, max)));
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Whether every number is in the set. */
  public boolean isAll() {
    return equals(ALL);
  }

  public boolean contains(long number) {
    return overlaps(number, number);
  }

  /** Whether a number from {@code min} to {@code max}, both included, is in the set. */
  public boolean overlaps(long min, long max) {
    for (Range range : ranges) {
      if (min <= range.max() && range.min() <= max) {
        return true;
      }
    }
    return false;
  }

  LongRanges complement() {
    List<Range> gaps = new ArrayList<>();
    long from = Long.MIN_VALUE;
    for (Range range : ranges) {
      if (range.min() > from) {
        gaps.add(new Range(from, range.min() - 1));
      }
      if (range.max() == Long.MAX_VALUE) {
        return new LongRanges(gaps);
      }
      from = range.max() + 1;
    }
    gaps.add(new Range(from, Long.MAX_VALUE));
    return new LongRanges(gaps);
  }

  LongRanges or(LongRanges other) {
    List<Range> all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    all.sort(Comparator.comparingLong(Range::min));
    List<Range> joined = new ArrayList<>();
    for (Range range : all) {
      Range previous = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (previous != null && touches(previous, range)) {
        long max = Math.max(previous.max(), range.max());
        joined.set(joined.size() - 1, new Range(previous.min(), max));
      } else {
        joined.add(range);
      }
    }
    return new LongRanges(joined);
  }

  LongRanges and(LongRanges other) {
    return complement().or(other.complement()).complement();
  }

  private static boolean touches(Range previous, Range next) {
    return previous.max() == Long.MAX_VALUE || next.min() <= previous.max() + 1;
  }
}
