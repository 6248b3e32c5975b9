package io.millrace.server.listener;

import io.millrace.core.Broker;
import io.millrace.protocol.wire.OpenProducerRequest;
import io.millrace.protocol.wire.OpenProducerResponse;
import java.util.concurrent.Executor;

/** OPEN_PRODUCER: gives an identity. Ids are made durable, so it runs beside the loops. */
final class ProducerHandler implements RequestHandler<OpenProducerRequest> {

  /** The epoch of an identity that nobody has taken over. */
  private static final short FIRST_EPOCH = 0;

  private final Broker broker;
  private final Executor control;

  ProducerHandler(Broker broker, Executor control) {
    this.broker = broker;
    this.control = control;
  }

  @Override
  public void handle(OpenProducerRequest request, Call call) {
    control.execute(
        () -> call.answerWith(() -> new OpenProducerResponse(broker.newProducerId(), FIRST_EPOCH)));
  }
}
