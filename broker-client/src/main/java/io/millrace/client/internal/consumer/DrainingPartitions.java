package io.millrace.client.internal.consumer;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Partitions that are given up when no handler has their events, or at a deadline. Times are as
 * {@link System#nanoTime()} counts. Belongs to the consumer's thread.
 */
final class DrainingPartitions {

  /** Those that were revoked together, and are given up together. */
  private record Batch(List<OwnedPartition> partitions, long deadlineNanos) {}

  private final List<Batch> batches = new ArrayList<>();

  void add(List<OwnedPartition> partitions, long deadlineNanos) {
    batches.add(new Batch(partitions, deadlineNanos));
  }

  /** Takes partitions that are drained, or whose deadline is over; null if there are none. */
  List<OwnedPartition> takeDue(Predicate<List<OwnedPartition>> isDrained) {
    for (Iterator<Batch> each = batches.iterator(); each.hasNext(); ) {
      Batch next = each.next();
      if (isDrained.test(next.partitions()) || System.nanoTime() - next.deadlineNanos() >= 0) {
        each.remove();
        return next.partitions();
      }
    }
    return null;
  }

  /** The next deadline, or the end of the longest wait. */
  long nextDeadlineNanos(long longestWaitNanos) {
    long now = System.nanoTime();
    return now
        + batches.stream()
            .mapToLong(each -> Math.max(0, each.deadlineNanos() - now))
            .min()
            .orElse(longestWaitNanos);
  }
}
