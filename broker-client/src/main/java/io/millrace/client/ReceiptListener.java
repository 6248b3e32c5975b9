package io.millrace.client;

/**
 * Told of a producer's events by the batch: of those that were sent and of those that were posted,
 * of each exactly once, those of one partition in order. Not told of what a named producer was
 * given though it had been stored before the producer was opened: that is not sent.
 *
 * <p>Called on the client's event loop: what it does must be quick and must not block, and {@link
 * Producer#flush} and {@link Producer#close} are refused there. What it throws is logged.
 */
public interface ReceiptListener {

  /**
   * The broker has acknowledged events: the first one's receipt; the others' differ in the offset,
   * which grows by one.
   *
   * @param first its offset may be {@link Receipt#UNKNOWN_OFFSET}, then those of all are
   * @param count 1 or more
   */
  void stored(Receipt first, int count);

  /**
   * Events were given up.
   *
   * @param count 1 or more
   * @param cause as a future would tell it
   */
  void failed(int partition, int count, MillraceException cause);
}
