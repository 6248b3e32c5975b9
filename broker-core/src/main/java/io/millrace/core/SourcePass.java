package io.millrace.core;

import io.millrace.storage.LogSlice;

/** Delivers the batches that may contain the sources of a subscription: all, if it names none. */
final class SourcePass implements SlicePass {

  private final PushSubscription subscription;
  private final SubscriptionCursor cursor;
  private final SourceMatcher wanted;

  SourcePass(PushSubscription subscription, SubscriptionCursor cursor, SourceMatcher wanted) {
    this.subscription = subscription;
    this.cursor = cursor;
    this.wanted = wanted;
  }

  @Override
  public void pass(LogSlice slice, long visibleEnd) {
    SourceMatcher.Selection selection = select(slice);
    if (selection.runs().isEmpty()) {
      subscription.exclude(slice);
      return;
    }
    cursor.wasRead(slice.buffer().remaining(), false);
    subscription.deliver(selection, slice, slice.nextOffset(), visibleEnd);
  }

  private SourceMatcher.Selection select(LogSlice slice) {
    try {
      return wanted.select(slice.buffer());
    } catch (RuntimeException | Error e) {
      slice.close();
      throw e;
    }
  }

  @Override
  public void cancel() {
    // The batches are tested on the owner's thread.
  }

  @Override
  public FilterCounts counts() {
    return FilterCounts.NONE;
  }
}
