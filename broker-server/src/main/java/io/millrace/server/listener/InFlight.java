package io.millrace.server.listener;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The requests of a connection that are not answered yet, and what they weigh. The event loop adds,
 * any thread takes away.
 *
 * <p>When it is full the connection reads no further, so that the client's own socket tells it to
 * wait; it goes on when half is answered.
 */
final class InFlight {

  private final long maxBytes;
  private final Runnable changed;

  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong calls = new AtomicLong();

  /**
   * @param changed called, on any thread, when it is half empty after it was full and when the last
   *     call has ended
   */
  InFlight(long maxBytes, Runnable changed) {
    this.maxBytes = maxBytes;
    this.changed = changed;
  }

  void add(long weight) {
    calls.incrementAndGet();
    bytes.addAndGet(weight);
  }

  void remove(long weight) {
    long half = maxBytes / 2;
    long left = bytes.addAndGet(-weight);
    boolean halfEmptied = left <= half && left + weight > half;
    boolean emptied = calls.decrementAndGet() == 0;
    if (halfEmptied || emptied) {
      changed.run();
    }
  }

  boolean isFull() {
    return bytes.get() >= maxBytes;
  }

  boolean isEmpty() {
    return calls.get() == 0;
  }
}
