package io.millrace.benchmarks.load;

import java.util.function.Consumer;

/**
 * The number, bytes and checksum of values that were sent or received. The checksum covers the
 * first and last byte of each value and the order of the values. It is cheap compared with the work
 * of a client. Used by one thread.
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

  /** Resets the digest. */
  void clear() {
    events = 0;
    bytes = 0;
    sum = 0;
  }

  /**
   * Compares this digest of received values with the digest of the sent values.
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
