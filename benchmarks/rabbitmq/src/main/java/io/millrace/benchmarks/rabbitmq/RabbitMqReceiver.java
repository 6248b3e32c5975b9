package io.millrace.benchmarks.rabbitmq;

import com.rabbitmq.stream.OffsetSpecification;
import io.millrace.benchmarks.load.Receiver;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/** Receives events with a subscription; {@link #rewind} opens a new one. */
final class RabbitMqReceiver implements Receiver {

  private final Function<OffsetSpecification, RabbitMqSubscription> opener;
  private RabbitMqSubscription subscription;

  RabbitMqReceiver(
      Function<OffsetSpecification, RabbitMqSubscription> opener, OffsetSpecification start) {
    this.opener = opener;
    this.subscription = opener.apply(start);
  }

  @Override
  public int poll(Duration timeout, Consumer<byte[]> values) {
    return subscription.poll(timeout, values);
  }

  @Override
  public void rewind() {
    subscription.close();
    subscription = opener.apply(OffsetSpecification.first());
  }

  @Override
  public void close() {
    subscription.close();
  }
}
