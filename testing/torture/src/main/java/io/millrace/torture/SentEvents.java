package io.millrace.torture;

import io.millrace.client.Ack;
import io.millrace.client.Receipt;

/**
 * The events that one producer sent to one partition, and the answer to each. Thread-safe, because
 * the producer sends on one thread and gets answers on another.
 */
final class SentEvents {

  /**
   * A value in place of an offset: there is no answer, or the answer does not say whether the event
   * is stored.
   */
  static final long NO_ANSWER = -2;

  /** A value in place of an offset: the answer says that the event is not stored. */
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

  /** The acknowledgement level of the receipts. */
  Ack ack() {
    return ack;
  }

  /** The id of the next event. The event counts as sent from now on. */
  synchronized long next() {
    return EventId.of(producer, partition, sent++);
  }

  /**
   * Records the receipt of an event.
   *
   * @param offset {@link Receipt#UNKNOWN_OFFSET} if the receipt has none
   */
  synchronized void acked(long number, long offset, long appendTimeMicros) {
    acked++;
    newestAcked = Math.max(newestAcked, number);
    offsets.set(number, offset);
    appendTimes.set(number, appendTimeMicros);
  }

  /** Records a failure that says that an event is not stored. */
  synchronized void refused(long number) {
    offsets.set(number, REFUSED);
  }

  synchronized long sent() {
    return sent;
  }

  synchronized long ackedCount() {
    return acked;
  }

  /** The largest number with a receipt; -1 if there is none. */
  synchronized long newestAcked() {
    return newestAcked;
  }

  synchronized boolean isAcked(long number) {
    return offsets.get(number) >= Receipt.UNKNOWN_OFFSET;
  }

  /**
   * The offset of the receipt, {@link Receipt#UNKNOWN_OFFSET}, {@link #NO_ANSWER} or {@link
   * #REFUSED}.
   */
  synchronized long offset(long number) {
    return offsets.get(number);
  }

  /** The append time of the receipt; 0 if the receipt has none. */
  synchronized long appendTimeMicros(long number) {
    return appendTimes.get(number);
  }
}
