package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.OpenNamedProducerResponse;
import io.millrace.protocol.wire.OpenProducerRequest;
import io.millrace.protocol.wire.OpenProducerResponse;

/**
 * OPEN_PRODUCER and OPEN_NAMED_PRODUCER: give identities. They are made durable, so that runs
 * beside the loops.
 */
final class ProducerIdHandler {

  /** The epoch of an identity that nobody has taken over. */
  private static final short FIRST_EPOCH = 0;

  private final Broker broker;
  private final ControlThreads control;

  ProducerIdHandler(Broker broker, ControlThreads control) {
    this.broker = broker;
    this.control = control;
  }

  void addTo(Routes routes) {
    routes
        .add(Api.OPEN_PRODUCER, OpenProducerRequest.class, this::open)
        .add(Api.OPEN_NAMED_PRODUCER, OpenNamedProducerRequest.class, this::openNamed);
  }

  private void open(OpenProducerRequest request, PendingRequest pending) {
    control
        .producerIds()
        .execute(
            () ->
                pending.answerWith(
                    () -> new OpenProducerResponse(broker.newProducerId(), FIRST_EPOCH)));
  }

  /** Not while its topic is being deleted: the name would outlive the topic. */
  private void openNamed(OpenNamedProducerRequest request, PendingRequest pending) {
    control.changes().execute(() -> openNamedNow(request, pending));
  }

  private void openNamedNow(OpenNamedProducerRequest request, PendingRequest pending) {
    try {
      pending.answerWhenDone(
          broker
              .openProducer(request.topicId(), request.name())
              .thenApply(
                  opened ->
                      new OpenNamedProducerResponse(
                          opened.id(), opened.epoch(), opened.lastSequences())));
    } catch (RuntimeException | Error e) {
      pending.refuse(e);
    }
  }
}
