package io.millrace.cli;

import io.millrace.client.Receipt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Counts the receipts of a producer as they come, and keeps the first failure. Events are entered
 * by one thread; receipts come on the client's.
 */
final class ReceiptTally {

  /**
   * An event that was not stored, as far as is known.
   *
   * @param line its line of input, from 1
   */
  record Failure(long line, Throwable cause) {}

  private final AtomicLong events = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicReference<Failure> first = new AtomicReference<>();

  /** Enters an event that was handed to the producer. */
  void enter(long line, int valueBytes, CompletableFuture<Receipt> receipt) {
    receipt.whenComplete(
        (ignored, cause) -> {
          if (cause == null) {
            events.incrementAndGet();
            bytes.addAndGet(valueBytes);
          } else {
            failures.incrementAndGet();
            first.compareAndSet(null, new Failure(line, cause));
          }
        });
  }

  /** Events acknowledged. */
  long events() {
    return events.get();
  }

  /** Bytes of the values of events acknowledged. */
  long bytes() {
    return bytes.get();
  }

  /** Events whose receipt is a failure. */
  long failures() {
    return failures.get();
  }

  /** The failure that came first; null while there is none. */
  Failure firstFailure() {
    return first.get();
  }
}
