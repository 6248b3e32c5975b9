package io.millrace.storage.mapped;

import java.util.Arrays;
import java.util.List;

/**
 * The segments of a log, oldest first, never empty. The owner adds segments and retention drops the
 * oldest. Any thread reads a snapshot.
 */
final class SegmentList {

  private volatile Segment[] segments;

  SegmentList(List<Segment> segments) {
    this.segments = segments.toArray(new Segment[0]);
  }

  List<Segment> all() {
    return Arrays.asList(segments);
  }

  Segment newest() {
    Segment[] now = segments;
    return now[now.length - 1];
  }

  long startOffset() {
    return segments[0].baseOffset();
  }

  long sizeBytes() {
    long bytes = 0;
    for (Segment segment : segments) {
      bytes += segment.batchBytes();
    }
    return bytes;
  }

  /**
   * The segment that contains an offset; the newest one for the end offset, the oldest one for an
   * offset before the start.
   */
  Segment of(long offset) {
    Segment[] now = segments;
    return now[indexOf(now, offset)];
  }

  /** The segment that contains an offset, and all later ones. */
  List<Segment> from(long offset) {
    Segment[] now = segments;
    return Arrays.asList(now).subList(indexOf(now, offset), now.length);
  }

  private static int indexOf(Segment[] segments, long offset) {
    int low = 0;
    int high = segments.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (segments[middle].baseOffset() <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Whether a segment is older than the {@code count} newest ones. */
  boolean isOlderThanNewest(Segment segment, int count) {
    Segment[] now = segments;
    return now.length > count && segment.baseOffset() < now[now.length - count].baseOffset();
  }

  synchronized void add(Segment next) {
    Segment[] now = segments;
    Segment[] grown = Arrays.copyOf(now, now.length + 1);
    grown[now.length] = next;
    segments = grown;
  }

  synchronized void replaceNewest(Segment next) {
    Segment[] changed = segments.clone();
    changed[changed.length - 1] = next;
    segments = changed;
  }

  /**
   * Removes the oldest segments from the list, while they end at or before the start of the log,
   * their newest append time is too old, or the log is too large.
   *
   * @param upTo batches from this offset on stay
   * @return the removed segments, oldest first
   */
  List<Segment> dropOldest(long minAppendTime, long maxBytes, long upTo, long start) {
    Segment[] now = segments;
    long bytes = sizeBytes();
    int count = 0;
    while (count < now.length - 1
        && now[count].endOffset() <= upTo
        && (now[count].endOffset() <= start
            || bytes > maxBytes
            || newestAppendTime(now, count) < minAppendTime)) {
      bytes -= now[count].batchBytes();
      count++;
    }
    removeOldest(count);
    return Arrays.asList(now).subList(0, count);
  }

  /**
   * A segment without batches takes the place of one that is lost; it counts as old as the next.
   */
  private static long newestAppendTime(Segment[] segments, int i) {
    int dated = segments[i].batchBytes() == 0 && i < segments.length - 1 ? i + 1 : i;
    return segments[dated].newestAppendTime();
  }

  private synchronized void removeOldest(int count) {
    segments = Arrays.copyOfRange(segments, count, segments.length);
  }
}
