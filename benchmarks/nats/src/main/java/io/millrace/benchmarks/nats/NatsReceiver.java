package io.millrace.benchmarks.nats;

import io.millrace.benchmarks.load.Receiver;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.api.DeliverPolicy;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/** Receives events with a subscription; {@link #rewind} opens a new one. */
final class NatsReceiver implements Receiver {

  private final Function<DeliverPolicy, JetStreamSubscription> opener;
  private JetStreamSubscription subscription;

  NatsReceiver(Function<DeliverPolicy, JetStreamSubscription> opener, DeliverPolicy start) {
    this.opener = opener;
    this.subscription = opener.apply(start);
  }

  @Override
  public int poll(Duration timeout, Consumer<byte[]> values) {
    try {
      Message message = subscription.nextMessage(timeout);
      if (message == null) {
        return 0;
      }
      values.accept(message.getData());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for NATS", e);
    }
  }

  @Override
  public void rewind() {
    subscription.unsubscribe();
    subscription = opener.apply(DeliverPolicy.All);
  }

  @Override
  public void close() {
    subscription.unsubscribe();
  }
}
