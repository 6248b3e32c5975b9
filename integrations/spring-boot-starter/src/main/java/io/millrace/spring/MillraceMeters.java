package io.millrace.spring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.MillraceException;
import io.millrace.client.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** The meters of the template and the listeners; {@code docs/spring.md} lists them. */
final class MillraceMeters implements Observers {

  private final MeterRegistry registry;

  MillraceMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Adds the gauge of the connection. */
  void connection(ConnectionState state) {
    Gauge.builder("millrace.connected", state, each -> each.isConnected() ? 1 : 0)
        .description("1 with a connection to the broker, else 0")
        .strongReference(true)
        .register(registry);
  }

  @Override
  public SendObserver ofTopic(String topic) {
    return new OfTopic(registry, topic);
  }

  @Override
  public HandlerObserver ofListener(RunningListener listener) {
    Gauge.builder(
            "millrace.listener.running",
            listener,
            each -> each.state() == ListenerState.RUNNING ? 1 : 0)
        .description("1 while the listener is a member of its group, else 0")
        .tag("listener", listener.id())
        .strongReference(true)
        .register(registry);
    return new OfListener(registry, listener.id());
  }

  private static final class OfTopic implements SendObserver {

    private final MeterRegistry registry;
    private final String topic;
    private final Counter sent;
    private final Timer acked;

    OfTopic(MeterRegistry registry, String topic) {
      this.registry = registry;
      this.topic = topic;
      this.sent =
          Counter.builder("millrace.producer.sent")
              .description("events that the producer has accepted")
              .tag("topic", topic)
              .register(registry);
      this.acked =
          Timer.builder("millrace.producer.acked")
              .description("events with a receipt, and the time from send to the receipt")
              .tag("topic", topic)
              .register(registry);
    }

    @Override
    public void sent() {
      sent.increment();
    }

    @Override
    public void answered(long nanos, Receipt receipt, Throwable failure) {
      if (failure == null) {
        acked.record(nanos, TimeUnit.NANOSECONDS);
      } else {
        refused(failure);
      }
    }

    @Override
    public void refused(Throwable failure) {
      String code = failure instanceof MillraceException known ? known.code().name() : "INTERNAL";
      Counter.builder("millrace.producer.failed")
          .description("events without a receipt, by the code of their failure")
          .tag("topic", topic)
          .tag("code", code)
          .register(registry)
          .increment();
    }
  }

  private static final class OfListener implements HandlerObserver {

    private final Timer processed;
    private final Timer failed;
    private final Timer delay;
    private final Counter takenOver;

    OfListener(MeterRegistry registry, String id) {
      this.processed = handler(registry, id, "processed");
      this.failed = handler(registry, id, "failed");
      this.delay =
          Timer.builder("millrace.listener.delay")
              .description("time from the append of an event to the call of the method")
              .tag("listener", id)
              .register(registry);
      this.takenOver =
          Counter.builder("millrace.listener.taken.over")
              .description("failed events that the FailedEventHandler has taken over")
              .tag("listener", id)
              .register(registry);
    }

    private static Timer handler(MeterRegistry registry, String id, String outcome) {
      return Timer.builder("millrace.listener.handler")
          .description("calls of the method of a listener")
          .tag("listener", id)
          .tag("outcome", outcome)
          .register(registry);
    }

    /** A clock of the broker that is ahead counts as no delay. */
    @Override
    public void begins(ConsumedEvent event) {
      Duration since = Duration.between(event.appendTime(), Instant.now());
      delay.record(since.isNegative() ? Duration.ZERO : since);
    }

    @Override
    public void ended(long nanos, Throwable failure) {
      (failure == null ? processed : failed).record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void takenOver() {
      takenOver.increment();
    }
  }
}
