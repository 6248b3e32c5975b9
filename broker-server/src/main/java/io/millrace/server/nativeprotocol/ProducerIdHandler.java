package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.OpenNamedProducerResponse;
import io.millrace.protocol.wire.OpenProducerRequest;
import io.millrace.protocol.wire.OpenProducerResponse;

/**
 * OPEN_PRODUCER and OPEN_NAMED_PRODUCER: the core gives producer ids and secrets, and makes ids
 * durable.
 */
final class ProducerIdHandler {

  private final Broker broker;

  ProducerIdHandler(Broker broker) {
    this.broker = broker;
  }

  void open(OpenProducerRequest request, PendingRequest pending) {
    pending.answerWhenDone(
        broker
            .producers()
            .open()
            .thenApply(
                issued -> new OpenProducerResponse(issued.id(), issued.epoch(), issued.secret())));
  }

  void openNamed(OpenNamedProducerRequest request, PendingRequest pending) {
    pending.answerWhenDone(
        broker
            .producers()
            .open(request.topicId(), request.name())
            .thenApply(
                opened ->
                    new OpenNamedProducerResponse(
                        opened.id(), opened.epoch(), opened.secret(), opened.lastSequences())));
  }
}
