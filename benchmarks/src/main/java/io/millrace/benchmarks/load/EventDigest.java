package io.millrace.benchmarks.load;

import java.util.function.Consumer;

/**
 * What went in or came out: enough of each value to tell that all came, and cheap enough to be
 * noise beside the work of a client. For one thread.
 */
final class EventDigest implements Consumer<byte[]> {

  private long events;
  private long bytes;
  private long sum;

  @Override
  public void accept(byte[] value) {
    events++;
    bytes += value.length;
    sum = sum * 31 + value[0] + value[value.length - 1];
  }

  long events() {
    return events;
  }

  long bytes() {
    return bytes;
  }

  /** Forgets everything. */
  void clear() {
    events = 0;
    bytes = 0;
    sum = 0;
  }

  /**
   * Compares what came out with what went in, in number, bytes and order.
   *
   * @throws IllegalStateException if they differ
   */
  void requireSame(EventDigest sent) {
    if (events != sent.events || bytes != sent.bytes || sum != sent.sum) {
      throw new IllegalStateException("sent " + sent + ", received " + this);
    }
  }

  @Override
  public String toString() {
    return events + " events of " + bytes + " bytes with sum " + Long.toHexString(sum);
  }
}
