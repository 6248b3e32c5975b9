package io.millrace.client.internal;

import io.millrace.protocol.record.BatchHeader;

/**
 * By whom the broker recognizes a resent batch.
 *
 * @param producerId given by the broker; {@link BatchHeader#NO_PRODUCER}: nothing is recognized
 * @param epoch given with it
 */
record ProducerIdentity(long producerId, short epoch) {

  /** Of a producer that is not idempotent. */
  static final ProducerIdentity NONE = new ProducerIdentity(BatchHeader.NO_PRODUCER, (short) -1);

  boolean isIdempotent() {
    return producerId != BatchHeader.NO_PRODUCER;
  }
}
