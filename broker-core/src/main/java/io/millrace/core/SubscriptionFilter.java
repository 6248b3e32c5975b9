package io.millrace.core;

import io.millrace.storage.LogSlice;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * The filter of one subscription at work. The owner of the partition has its state; any thread may
 * read the counts.
 */
final class SubscriptionFilter {

  /** Bytes of heap of this object, without its filter. Measured with a heap histogram. */
  private static final int HEAP_BYTES = 256;

  /** Bytes without a match after which the indexes of the log are asked again. */
  private static final long SEARCH_BYTES = PushSubscription.SILENT_BYTES;

  private final EventFilter filter;
  private final SourceMatcher sources;
  private final int partition;
  private final FilterTurns.Account account = new FilterTurns.Account();

  /** Whether the indexes of the log can tell where matching events are not. */
  private final boolean searchable;

  /** The evaluation in progress, or null. */
  private FilterEvaluation evaluation;

  /** Bytes that were read and excluded by their headers since the last search. */
  private long skippedBytes = SEARCH_BYTES;

  private volatile FilterCounts counts = FilterCounts.NONE;

  SubscriptionFilter(EventFilter filter, SourceMatcher sources, int partition) {
    this.filter = filter;
    this.sources = sources;
    this.partition = partition;
    this.searchable =
        filter.earliestTimestamp() > Long.MIN_VALUE
            || filter.firstOffset() > Long.MIN_VALUE
            || !filter.mayMatch(partition);
  }

  /** Bytes of heap of a subscription's filter. */
  static long heapBytes(EventFilter filter) {
    return HEAP_BYTES + filter.heapBytes();
  }

  EventFilter filter() {
    return filter;
  }

  /** What the filter has done. Any thread. */
  FilterCounts counts() {
    return counts;
  }

  /** The evaluation in progress is over. */
  void tested(FilterCounts more) {
    evaluation = null;
    counts = counts.plus(more);
  }

  /**
   * Whether the first batch to test is to be searched now: at the start, and after many batches in
   * which nothing can match. The caller does it then.
   */
  boolean isSearchDue(long position, long visibleEnd) {
    if (!searchable || skippedBytes < SEARCH_BYTES || position >= visibleEnd) {
      return false;
    }
    skippedBytes = 0;
    return true;
  }

  /** Bytes were read in which nothing can match. */
  void skipped(int bytes) {
    skippedBytes += bytes;
  }

  /** Whether a batch of a buffer of whole batches can have a wanted event. */
  boolean mayMatch(ByteBuffer batches) {
    return wanted(0).mayMatch(batches);
  }

  /**
   * Has the events of a slice tested.
   *
   * @param slice takes ownership
   * @param position the first wanted offset
   * @param then gets the result, on the owner's thread, and takes its lease
   */
  void test(LogSlice slice, long position, Subscriptions home, Consumer<FilteredSlice> then) {
    evaluation = home.evaluate(slice, wanted(position), account, then);
  }

  /** Nobody wants the result of the evaluation in progress any more. */
  void cancel() {
    if (evaluation != null) {
      evaluation.cancel();
      evaluation = null;
    }
  }

  private FilterEvaluation.Wanted wanted(long position) {
    return new FilterEvaluation.Wanted(filter, sources, partition, position);
  }
}
