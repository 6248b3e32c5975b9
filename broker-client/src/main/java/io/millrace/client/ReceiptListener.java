package io.millrace.client;

/**
 * Receives the outcome of a producer's events, one call for each batch. It is called exactly once
 * for each event that was sent or posted, in order within a partition. It is not called for events
 * of a named producer that were stored before the producer was opened, because these are not sent.
 *
 * <p><b>Threads.</b> Called on the client's event loop. The listener must be quick and must not
 * block; {@link Producer#flush} and {@link Producer#close} throw {@link IllegalStateException}
 * there. Exceptions of the listener are logged and have no other effect.
 */
public interface ReceiptListener {

  /**
   * Events of one batch are stored.
   *
   * @param first the receipt of the first event. The offset of each further event is higher by one.
   *     If the offset is {@link Receipt#UNKNOWN_OFFSET}, the offsets of all events are unknown
   * @param count the number of events, 1 or more
   */
  void stored(Receipt first, int count);

  /**
   * Events of one batch have failed.
   *
   * @param partition the partition, from 0
   * @param count the number of events, 1 or more
   * @param cause the failure with which the futures of these events complete
   */
  void failed(int partition, int count, MillraceException cause);
}
