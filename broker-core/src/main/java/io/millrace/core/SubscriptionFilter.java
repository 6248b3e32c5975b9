package io.millrace.core;

import io.millrace.storage.LogSlice;

/**
 * The filter of one subscription at work: has the events of its slices tested on the reader
 * threads, and delivers those that match. The owner of the partition has its state; any thread may
 * read the counts.
 */
final class SubscriptionFilter implements SlicePass {

  /** Bytes of heap of this object, without its filter. Measured with a heap histogram. */
  private static final int HEAP_BYTES = 256;

  private final PushSubscription subscription;
  private final SubscriptionCursor cursor;
  private final Subscriptions home;
  private final WantedEvents wanted;
  private final FilterTurns.Account account = new FilterTurns.Account();

  /** The evaluation in progress, or null. */
  private FilterEvaluation evaluation;

  private volatile FilterCounts counts = FilterCounts.NONE;

  SubscriptionFilter(
      PushSubscription subscription,
      SubscriptionCursor cursor,
      Subscriptions home,
      WantedEvents wanted) {
    this.subscription = subscription;
    this.cursor = cursor;
    this.home = home;
    this.wanted = wanted;
  }

  /** Bytes of heap of a subscription's filter. */
  static long heapBytes(EventFilter filter) {
    return HEAP_BYTES + filter.heapBytes();
  }

  @Override
  public FilterCounts counts() {
    return counts;
  }

  @Override
  public void cancel() {
    if (evaluation != null) {
      evaluation.cancel();
      evaluation = null;
    }
  }

  /** Has the events of a slice tested, if a header does not exclude all of them. */
  @Override
  public void pass(LogSlice slice, long visibleEnd) {
    if (!mayMatch(slice)) {
      subscription.exclude(slice);
      return;
    }
    if (!home.hasRoomForFiltered()) {
      slice.close();
      subscription.readAgainLater();
      return;
    }
    int bytes = slice.buffer().remaining();
    PartitionReader before = cursor.beginWork();
    evaluation =
        home.evaluate(
            slice, wanted, cursor.position(), account, result -> tested(before, bytes, result));
  }

  private boolean mayMatch(LogSlice slice) {
    try {
      return wanted.mayMatch(slice.buffer());
    } catch (RuntimeException | Error e) {
      slice.close();
      throw e;
    }
  }

  private void tested(PartitionReader before, int bytes, FilteredSlice result) {
    if (!cursor.endWork(before)) {
      result.close();
      return;
    }
    try {
      deliver(bytes, result);
    } catch (RuntimeException | Error e) {
      subscription.fail(e);
    }
    subscription.wake();
  }

  /** Delivers what the filter has found; takes its lease. */
  private void deliver(int bytes, FilteredSlice result) {
    evaluation = null;
    counts = counts.plus(result.counts());
    cursor.wasRead(bytes, false);
    if (result.selection().runs().isEmpty()) {
      boolean moved = result.failure() == null || result.nextOffset() > cursor.position();
      result.close();
      subscription.passOver(bytes, result.nextOffset(), moved);
    } else {
      subscription.deliver(
          result.selection(), result.lease(), result.nextOffset(), subscription.visibleEnd());
    }
    if (result.failure() != null) {
      subscription.failTest(result.failure());
    }
  }
}
