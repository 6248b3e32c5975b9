package io.millrace.client.internal.consumer;

/**
 * The credit of one partition, in bytes. The remaining credit of the broker and the bytes that are
 * buffered for the consumer add up to the partition's share. The broker may exceed its credit by
 * one batch. Event loop only.
 */
final class SubscriptionCredit {

  private final long shareBytes;
  private long bufferedBytes;

  /**
   * The credit to grant to the broker. It is negative if a subscription began with one byte of
   * credit while the whole share was buffered: a subscription needs at least one byte.
   */
  private long dueBytes;

  /**
   * @param shareBytes the maximum number of bytes that the broker may send or that may be buffered
   */
  SubscriptionCredit(long shareBytes) {
    this.shareBytes = shareBytes;
  }

  /**
   * Begins a new subscription. Returns its credit, 1 or more, which replaces the credit of the old
   * subscription.
   */
  long subscribe() {
    long free = shareBytes - bufferedBytes;
    long credit = Math.max(1, free);
    dueBytes = free - credit;
    return credit;
  }

  /** The broker has used credit: it has sent a batch, which is buffered now. */
  void buffered(int bytes) {
    bufferedBytes += bytes;
  }

  /** The consumer has read batches, which are not buffered any more. */
  void consumed(long bytes) {
    bufferedBytes -= bytes;
    dueBytes += bytes;
  }

  /** Takes the credit to grant to the broker now; 0 if there is none. */
  long takeDue() {
    long due = Math.max(0, dueBytes);
    dueBytes -= due;
    return due;
  }
}
