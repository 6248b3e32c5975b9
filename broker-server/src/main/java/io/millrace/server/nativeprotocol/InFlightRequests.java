package io.millrace.server.nativeprotocol;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The number and the weight, in bytes, of the requests of a connection whose answers are not sent
 * yet. The event loop of the connection adds requests; any thread removes them.
 *
 * <p>At the limit the connection stops reading, so that TCP flow control slows the client down. It
 * reads again when half of the weight is removed.
 */
final class InFlightRequests {

  private final long maxBytes;
  private final Runnable halfEmpty;

  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong requests = new AtomicLong();

  /**
   * @param halfEmpty called on any thread when the weight falls to half of the limit. This happens
   *     at least once after the limit was reached
   */
  InFlightRequests(long maxBytes, Runnable halfEmpty) {
    this.maxBytes = maxBytes;
    this.halfEmpty = halfEmpty;
  }

  void add(long weight) {
    requests.incrementAndGet();
    bytes.addAndGet(weight);
  }

  void remove(long weight) {
    requests.decrementAndGet();
    long half = maxBytes / 2;
    long left = bytes.addAndGet(-weight);
    if (left <= half && left + weight > half) {
      halfEmpty.run();
    }
  }

  boolean isFull() {
    return bytes.get() >= maxBytes;
  }

  boolean isEmpty() {
    return requests.get() == 0;
  }
}
