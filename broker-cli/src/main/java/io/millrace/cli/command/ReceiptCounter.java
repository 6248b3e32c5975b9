package io.millrace.cli.command;

import io.millrace.client.Receipt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Counts the receipts of a producer and keeps the first failure. When the producer's {@code flush}
 * has returned, all receipts are counted. The receipts are counted on the client's threads; all
 * methods can be called from any thread.
 */
public final class ReceiptCounter {

  /**
   * An event without acknowledgement. It may be stored nevertheless.
   *
   * @param number the number with which the event was added
   * @param cause the failure of its receipt
   */
  public record Failure(long number, Throwable cause) {}

  private final AtomicLong added = new AtomicLong();
  private final AtomicLong events = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicReference<Failure> first = new AtomicReference<>();
  private final AtomicLong lowestFailure = new AtomicLong(Long.MAX_VALUE);

  /**
   * Counts an event when its receipt completes.
   *
   * @param number identifies the event in {@link #firstFailure()}
   * @param valueBytes size of its value
   */
  public void add(long number, int valueBytes, CompletableFuture<Receipt> receipt) {
    added.incrementAndGet();
    receipt.whenComplete((ignored, cause) -> count(number, valueBytes, cause));
  }

  /** The number of acknowledged events. */
  public long events() {
    return events.get();
  }

  /** The number of events without an outcome yet. */
  public long pending() {
    // The outcomes first: an event that is added meanwhile only counts as pending.
    long outcomes = events.get() + failures.get();
    return added.get() - outcomes;
  }

  /** The bytes of the values of all acknowledged events. */
  public long bytes() {
    return bytes.get();
  }

  /** The number of events whose receipt failed. */
  public long failures() {
    return failures.get();
  }

  /**
   * The lowest number of an event whose receipt failed. It need not be that of the first failure:
   * each partition has its own order.
   */
  public OptionalLong lowestFailure() {
    long number = lowestFailure.get();
    return number == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(number);
  }

  /** The failure that was counted first; null while there is none. */
  public Failure firstFailure() {
    return first.get();
  }

  private void count(long number, int valueBytes, Throwable cause) {
    if (cause == null) {
      events.incrementAndGet();
      bytes.addAndGet(valueBytes);
    } else {
      lowestFailure.accumulateAndGet(number, Math::min);
      first.compareAndSet(null, new Failure(number, cause));
      failures.incrementAndGet();
    }
  }
}
