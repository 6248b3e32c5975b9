package io.millrace.cli.command;

import io.millrace.client.Receipt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Counts the receipts of a producer as they come, and keeps the first failure; all are counted when
 * the producer's {@code flush} has returned. Receipts come on the client's threads; all else is for
 * any thread.
 */
public final class ReceiptCounter {

  /**
   * An event that was not stored, as far as is known.
   *
   * @param number what the event was entered under
   * @param cause why
   */
  public record Failure(long number, Throwable cause) {}

  private final AtomicLong events = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicReference<Failure> first = new AtomicReference<>();

  /**
   * Enters an event that was handed to the producer.
   *
   * @param number tells it from others in a failure
   */
  public void add(long number, int valueBytes, CompletableFuture<Receipt> receipt) {
    receipt.whenComplete((ignored, cause) -> count(number, valueBytes, cause));
  }

  /** Events acknowledged. */
  public long events() {
    return events.get();
  }

  /** Bytes of the values of events acknowledged. */
  public long bytes() {
    return bytes.get();
  }

  /** Events whose receipt is a failure. */
  public long failures() {
    return failures.get();
  }

  /** The failure that came first; null while there is none. */
  public Failure firstFailure() {
    return first.get();
  }

  private void count(long number, int valueBytes, Throwable cause) {
    if (cause == null) {
      events.incrementAndGet();
      bytes.addAndGet(valueBytes);
    } else {
      first.compareAndSet(null, new Failure(number, cause));
      failures.incrementAndGet();
    }
  }
}
