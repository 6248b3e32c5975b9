package io.millrace.client.internal.producer;

import io.millrace.protocol.record.BatchHeader;

/**
 * By whom the broker recognizes a resent batch.
 *
 * @param producerId given by the broker; {@link BatchHeader#NO_PRODUCER}: nothing is recognized
 * @param epoch given with it
 */
public record ProducerIdentity(long producerId, short epoch) {

  /** Of a producer that is not idempotent. */
  public static final ProducerIdentity NONE =
      new ProducerIdentity(BatchHeader.NO_PRODUCER, (short) -1);

  boolean isIdempotent() {
    return producerId != BatchHeader.NO_PRODUCER;
  }
}
