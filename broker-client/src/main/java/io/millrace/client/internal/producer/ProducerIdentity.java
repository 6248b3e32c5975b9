package io.millrace.client.internal.producer;

import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.wire.OpenProducerRequest;
import io.millrace.protocol.wire.OpenProducerResponse;
import java.util.concurrent.CompletableFuture;

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

  /** Asks for an identity that was never given before; completes on the event loop. */
  static CompletableFuture<ProducerIdentity> request(ReconnectingLink link) {
    return link.request(new OpenProducerRequest(), true)
        .thenApply(OpenProducerResponse.class::cast)
        .thenApply(opened -> new ProducerIdentity(opened.producerId(), opened.producerEpoch()));
  }
}
