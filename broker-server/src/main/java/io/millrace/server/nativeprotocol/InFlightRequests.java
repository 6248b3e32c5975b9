package io.millrace.server.nativeprotocol;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The requests of a connection that are not answered yet, or whose answer is not sent yet, and what
 * they weigh. The event loop adds, any thread takes away.
 *
 * <p>When it is full the connection reads no further, so that the client's own socket tells it to
 * wait; it goes on when half is answered.
 */
final class InFlightRequests {

  private final long maxBytes;
  private final Runnable halfEmpty;

  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong requests = new AtomicLong();

  /**
   * @param halfEmpty called, on any thread, when it becomes half empty; it always does after it was
   *     full
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
