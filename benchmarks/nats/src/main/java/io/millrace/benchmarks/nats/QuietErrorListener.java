package io.millrace.benchmarks.nats;

import io.nats.client.Connection;
import io.nats.client.JetStreamSubscription;
import io.nats.client.impl.ErrorListenerLoggerImpl;

/** Logs what goes wrong, as the client's own listener does, but not what goes on all the time. */
final class QuietErrorListener extends ErrorListenerLoggerImpl {

  @Override
  public void flowControlProcessed(
      Connection connection,
      JetStreamSubscription subscription,
      String subject,
      FlowControlSource source) {}
}
