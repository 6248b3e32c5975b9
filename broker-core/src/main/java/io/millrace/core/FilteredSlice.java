package io.millrace.core;

/**
 * The events of a slice that match a filter.
 *
 * @param selection the batches; none if no event matches
 * @param lease keeps the memory of the batches. Who gets the object takes ownership
 * @param nextOffset one past the last offset that was tested
 * @param counts what the filter has done in this slice
 * @param failure why the rest of the slice was not tested; null if all was
 */
record FilteredSlice(
    SourceMatcher.Selection selection,
    Lease lease,
    long nextOffset,
    FilterCounts counts,
    Throwable failure) {

  /** The memory of the batches. Closed once, on any thread. */
  interface Lease extends AutoCloseable {
    @Override
    void close();
  }

  /** Gives the memory back, if nobody wants the batches. */
  void close() {
    lease.close();
  }
}
