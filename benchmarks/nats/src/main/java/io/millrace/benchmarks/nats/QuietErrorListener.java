package io.millrace.benchmarks.nats;

import io.nats.client.Connection;
import io.nats.client.JetStreamSubscription;
import io.nats.client.impl.ErrorListenerLoggerImpl;

/**
 * Logs errors like the default listener of the client, but not the processing of flow control,
 * which happens all the time.
 */
final class QuietErrorListener extends ErrorListenerLoggerImpl {

  @Override
  public void flowControlProcessed(
      Connection connection,
      JetStreamSubscription subscription,
      String subject,
      FlowControlSource source) {}
}
