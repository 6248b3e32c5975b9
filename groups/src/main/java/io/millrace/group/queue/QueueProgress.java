package io.millrace.group.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a queue has done in one partition: the part of its state that is in the log. Immutable; a
 * change takes time in proportion to what it says, and shares memory with the original.
 */
public final class QueueProgress {

  private static final long BYTES = 128;
  private static final long RANGE_BYTES = 72;
  private static final long FAILURE_BYTES = 88;

  private final long start;

  /** Ends of the ranges by their first offsets: above {@code start}, disjoint, not touching. */
  private final OffsetMap<Long> done;

  /** By offset: from {@code start} on, and not done. */
  private final OffsetMap<QueueFailure> failed;

  /** Events that became dead letters, or were dropped instead. */
  private final long deadLetters;

  private QueueProgress(
      long start, OffsetMap<Long> done, OffsetMap<QueueFailure> failed, long deadLetters) {
    this.start = start;
    this.done = done;
    this.failed = failed;
    this.deadLetters = deadLetters;
  }

  /** Every event below an offset is done, and nothing else has happened. */
  public static QueueProgress at(long start) {
    return new QueueProgress(start, OffsetMap.empty(), OffsetMap.empty(), 0);
  }

  /** Every event below it is done. */
  public long start() {
    return start;
  }

  /** What is done above {@link #start}, by offset; the ranges do not touch. */
  public List<QueueRange> done() {
    List<QueueRange> ranges = new ArrayList<>(done.size());
    done.forEach(entry -> ranges.add(new QueueRange(entry.offset(), entry.value())));
    return ranges;
  }

  /** Events that are not done and have failed or wait, by offset. */
  public List<QueueFailure> failed() {
    List<QueueFailure> failures = new ArrayList<>(failed.size());
    failed.forEach(entry -> failures.add(entry.value()));
    return failures;
  }

  public boolean isDone(long offset) {
    if (offset < start) {
      return true;
    }
    OffsetMap.Entry<Long> range = done.floor(offset);
    return range != null && offset < range.value();
  }

  /** How an event that is not done has failed, or null. */
  public QueueFailure failure(long offset) {
    OffsetMap.Entry<QueueFailure> entry = failed.floor(offset);
    return entry != null && entry.offset() == offset ? entry.value() : null;
  }

  /**
   * The progress after a change. Never fails.
   *
   * @param newStart every event below it is done
   * @param newDone more that is done
   * @param newFailed failures of events that are not done, in the place of earlier ones
   */
  public QueueProgress settled(
      long newStart, List<QueueRange> newDone, List<QueueFailure> newFailed) {
    long first = Math.max(start, newStart);
    OffsetMap<Long> ranges = done;
    OffsetMap<QueueFailure> failures = failed;
    for (QueueRange range : newDone) {
      if (range.to() > first && range.to() > range.from()) {
        ranges = union(ranges, range);
        failures = failures.without(range.from(), range.to());
      }
    }
    OffsetMap.Entry<Long> lowest = ranges.floor(first);
    if (lowest != null) {
      first = Math.max(first, lowest.value());
      ranges = ranges.without(Long.MIN_VALUE, first);
    }
    failures = failures.without(Long.MIN_VALUE, first);
    QueueProgress changed = new QueueProgress(first, ranges, failures, deadLetters);
    for (QueueFailure failure : newFailed) {
      if (!changed.isDone(failure.offset())) {
        failures = failures.with(failure.offset(), failure);
      }
    }
    return new QueueProgress(first, ranges, failures, deadLetters);
  }

  /** The same progress with another number of dead letters. */
  public QueueProgress withDeadLetters(long count) {
    return new QueueProgress(start, done, failed, count);
  }

  /** Events that became dead letters, or were dropped instead, since the last reset. */
  public long deadLetters() {
    return deadLetters;
  }

  /** One past the last offset of which something is known: what is done, and what has failed. */
  public long end() {
    List<QueueRange> ranges = done();
    List<QueueFailure> failures = failed();
    long end = ranges.isEmpty() ? start : ranges.get(ranges.size() - 1).to();
    return failures.isEmpty() ? end : Math.max(end, failures.get(failures.size() - 1).offset() + 1);
  }

  private static OffsetMap<Long> union(OffsetMap<Long> ranges, QueueRange range) {
    long from = range.from();
    OffsetMap.Entry<Long> before = ranges.floor(from);
    if (before != null && before.value() >= from) {
      from = before.offset();
    }
    OffsetMap.Entry<Long> last = ranges.floor(range.to());
    long to = last == null ? range.to() : Math.max(range.to(), last.value());
    return ranges.without(from, range.to() + 1).with(from, to);
  }

  /** The estimated memory, in bytes. */
  public long bytes() {
    return BYTES + RANGE_BYTES * done.size() + FAILURE_BYTES * failed.size();
  }

  /** The number of ranges and of failures. */
  public int parts() {
    return done.size() + failed.size();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QueueProgress that
        && start == that.start
        && deadLetters == that.deadLetters
        && parts() == that.parts()
        && done().equals(that.done())
        && failed().equals(that.failed());
  }

  @Override
  public int hashCode() {
    return Objects.hash(start, done(), failed(), deadLetters);
  }

  @Override
  public String toString() {
    return "QueueProgress[start="
        + start
        + ", done="
        + done()
        + ", failed="
        + failed()
        + ", deadLetters="
        + deadLetters
        + "]";
  }
}
