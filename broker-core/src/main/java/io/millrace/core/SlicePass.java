package io.millrace.core;

import io.millrace.storage.LogSlice;

/**
 * Delivers what a subscription wants of the slices that it reads. Owner thread of the partition.
 */
interface SlicePass {

  /**
   * Passes the batches of the next slice, now or when another thread has tested them.
   *
   * @param slice takes ownership
   */
  void pass(LogSlice slice, long visibleEnd);

  /** Nobody wants the results of a test in progress any more. */
  void cancel();

  /** What a filter has done; {@link FilterCounts#NONE} without a filter. Any thread. */
  FilterCounts counts();
}
