package io.millrace.core;

/**
 * Who subscribes, and to what.
 *
 * @param wanted the sources of the request
 */
record SubscriptionRequest(SubscriptionSpec spec, SourceMatcher wanted, SubscriptionSink sink) {

  /**
   * Bytes of heap of a subscription without its filter, with its reader, and with the objects of
   * the listener. Measured with a heap histogram.
   */
  static final int HEAP_BYTES = 720;

  /**
   * @throws BrokerException {@code INVALID_SOURCE}
   */
  static SubscriptionRequest of(SubscriptionSpec spec, SubscriptionSink sink) {
    return new SubscriptionRequest(spec, SourceMatcher.of(spec.sources()), sink);
  }

  /** Bytes of heap of the subscription. */
  long heapBytes() {
    return HEAP_BYTES
        + wanted.heapBytes()
        + spec.filter().map(SubscriptionFilter::heapBytes).orElse(0L);
  }

  /** What the subscription reads; null if it wants every batch. */
  WantedRanges ranges(int partition, long startOffset) {
    EventFilter filter = spec.filter().orElse(null);
    return filter == null && wanted.all()
        ? null
        : new WantedRanges(new WantedEvents(filter, wanted, partition), startOffset);
  }
}
