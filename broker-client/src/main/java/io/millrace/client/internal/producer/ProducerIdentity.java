package io.millrace.client.internal.producer;

import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.wire.OpenProducerRequest;
import io.millrace.protocol.wire.OpenProducerResponse;
import java.util.concurrent.CompletableFuture;

/**
 * The identity by which the broker recognizes a batch that is resent.
 *
 * @param producerId the id that the broker has issued; {@link BatchHeader#NO_PRODUCER}: none, so
 *     that no batch is recognized
 * @param epoch the epoch that the broker has issued with the id
 * @param secret proves to the broker that it has issued the id and the epoch to this client
 */
record ProducerIdentity(long producerId, short epoch, ProducerSecret secret) {

  /** The identity of a producer that is not idempotent. */
  static final ProducerIdentity NONE =
      new ProducerIdentity(BatchHeader.NO_PRODUCER, (short) -1, ProducerSecret.NONE);

  /**
   * Requests an identity that the broker has never issued before.
   *
   * @return completes on the event loop
   */
  static CompletableFuture<ProducerIdentity> request(ReconnectingLink link) {
    return link.request(new OpenProducerRequest(), true)
        .thenApply(OpenProducerResponse.class::cast)
        .thenApply(
            opened ->
                new ProducerIdentity(
                    opened.producerId(), opened.producerEpoch(), opened.producerSecret()));
  }

  /** Whether the broker recognizes a batch that is resent. */
  boolean isIdempotent() {
    return producerId != BatchHeader.NO_PRODUCER;
  }
}
