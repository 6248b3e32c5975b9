package io.millrace.torture;

import io.millrace.client.Ack;
import io.millrace.client.Receipt;

/**
 * What one producer sent to one partition, and what it was told about each event. Thread-safe: the
 * producer sends on one thread and is told on another.
 */
final class SentEvents {

  /** Instead of an offset: the producer was told nothing, or that the outcome is open. */
  static final long NO_ANSWER = -2;

  /** Instead of an offset: the producer was told that the event is not stored. */
  static final long REFUSED = -3;

  private final int producer;
  private final int partition;
  private final Ack ack;
  private final GrowableLongArray offsets = new GrowableLongArray(NO_ANSWER);
  private final GrowableLongArray appendTimes = new GrowableLongArray(0);
  private long sent;
  private long acked;
  private long newestAcked = -1;

  SentEvents(int producer, int partition, Ack ack) {
    this.producer = producer;
    this.partition = partition;
    this.ack = ack;
  }

  /** What the receipts of these events promise. */
  Ack ack() {
    return ack;
  }

  /** The id of the next event, which counts as sent from now on. */
  synchronized long next() {
    return EventId.of(producer, partition, sent++);
  }

  /**
   * There is a receipt.
   *
   * @param offset {@link Receipt#UNKNOWN_OFFSET} where the broker did not tell
   */
  synchronized void acked(long number, long offset, long appendTimeMicros) {
    acked++;
    newestAcked = Math.max(newestAcked, number);
    offsets.set(number, offset);
    appendTimes.set(number, appendTimeMicros);
  }

  /** There is a failure that says that the event is not stored. */
  synchronized void refused(long number) {
    offsets.set(number, REFUSED);
  }

  synchronized long sent() {
    return sent;
  }

  synchronized long ackedCount() {
    return acked;
  }

  /** The greatest number with a receipt, or -1. */
  synchronized long newestAcked() {
    return newestAcked;
  }

  synchronized boolean isAcked(long number) {
    return offsets.get(number) >= Receipt.UNKNOWN_OFFSET;
  }

  /** The offset of the receipt, or one of the negative values above. */
  synchronized long offset(long number) {
    return offsets.get(number);
  }

  /** The append time of the receipt; 0 where the broker did not tell. */
  synchronized long appendTimeMicros(long number) {
    return appendTimes.get(number);
  }
}
