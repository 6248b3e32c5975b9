package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.OpenNamedProducerResponse;
import io.millrace.protocol.wire.OpenProducerRequest;
import io.millrace.protocol.wire.OpenProducerResponse;

/** OPEN_PRODUCER and OPEN_NAMED_PRODUCER: the core gives producer ids, and makes them durable. */
final class ProducerIdHandler {

  /** The epoch of an unnamed producer. The id is new and has no earlier epoch. */
  private static final short FIRST_EPOCH = 0;

  private final Broker broker;

  ProducerIdHandler(Broker broker) {
    this.broker = broker;
  }

  void open(OpenProducerRequest request, PendingRequest pending) {
    pending.answerWhenDone(
        broker.newProducerId().thenApply(id -> new OpenProducerResponse(id, FIRST_EPOCH)));
  }

  void openNamed(OpenNamedProducerRequest request, PendingRequest pending) {
    pending.answerWhenDone(
        broker
            .openProducer(request.topicId(), request.name())
            .thenApply(
                opened ->
                    new OpenNamedProducerResponse(
                        opened.id(), opened.epoch(), opened.lastSequences())));
  }
}
