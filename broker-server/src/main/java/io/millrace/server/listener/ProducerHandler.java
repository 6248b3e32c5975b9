package io.millrace.server.listener;

import io.millrace.core.Broker;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.OpenNamedProducerResponse;
import io.millrace.protocol.wire.OpenProducerRequest;
import io.millrace.protocol.wire.OpenProducerResponse;

/** OPEN_PRODUCER and OPEN_NAMED_PRODUCER: give identities, which core makes durable. */
final class ProducerHandler {

  /** The epoch of an identity that nobody has taken over. */
  private static final short FIRST_EPOCH = 0;

  private final Broker broker;

  ProducerHandler(Broker broker) {
    this.broker = broker;
  }

  void addTo(Routes routes) {
    routes
        .add(Api.OPEN_PRODUCER, OpenProducerRequest.class, this::open)
        .add(Api.OPEN_NAMED_PRODUCER, OpenNamedProducerRequest.class, this::openNamed);
  }

  private void open(OpenProducerRequest request, Call call) {
    call.answerWhenDone(
        broker.newProducerId().thenApply(id -> new OpenProducerResponse(id, FIRST_EPOCH)));
  }

  private void openNamed(OpenNamedProducerRequest request, Call call) {
    call.answerWhenDone(
        broker
            .openProducer(request.topicId(), request.name())
            .thenApply(
                opened ->
                    new OpenNamedProducerResponse(
                        opened.id(), opened.epoch(), opened.lastSequences())));
  }
}
