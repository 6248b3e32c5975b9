package io.millrace.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The meters count what happens. */
class MillraceMetersTest extends StarterTest {

  static class Billing {
    @MillraceListener(id = "billing", topics = "rides", group = "metered")
    void handle(String value) {
      if (value.startsWith("bad")) {
        throw new IllegalArgumentException(value);
      }
    }
  }

  @Test
  void eventsAndCallsAreCounted() {
    application()
        .withBean(Billing.class)
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .withBean(FailedEventHandler.class, () -> (listener, event, failure) -> {})
        .withPropertyValues("millrace.listener.attempts=2", "millrace.listener.first-pause=1ms")
        .run(
            context -> {
              MeterRegistry meters = context.getBean(MeterRegistry.class);
              MillraceTemplate template = context.getBean(MillraceTemplate.class);
              template.send("rides", "good").join();
              template.send("rides", "bad").join();
              assertThat(template.send("nowhere", "lost")).isCompletedExceptionally();
              eventually(() -> meters.get("millrace.listener.taken.over").counter().count() == 1);

              assertThat(
                      meters.get("millrace.producer.sent").tag("topic", "rides").counter().count())
                  .isEqualTo(2);
              assertThat(
                      meters.get("millrace.producer.acked").tag("topic", "rides").timer().count())
                  .isEqualTo(2);
              assertThat(
                      meters
                          .get("millrace.producer.failed")
                          .tag("topic", "nowhere")
                          .tag("code", "UNKNOWN_TOPIC")
                          .counter()
                          .count())
                  .isEqualTo(1);
              assertThat(calls(meters, "processed")).isEqualTo(1);
              assertThat(calls(meters, "failed")).isEqualTo(2);
              assertThat(meters.get("millrace.listener.delay").timer().count()).isEqualTo(3);
              assertThat(meters.get("millrace.listener.delay").timer().totalTime(TimeUnit.HOURS))
                  .isBetween(0.0, 1.0);
              assertThat(meters.get("millrace.listener.running").gauge().value()).isEqualTo(1);
              assertThat(meters.get("millrace.connected").gauge().value()).isEqualTo(1);

              listener(context).stop();
              assertThat(meters.get("millrace.listener.running").gauge().value()).isZero();
              broker.crash();
              eventually(() -> meters.get("millrace.connected").gauge().value() == 0);
            });
  }

  private static long calls(MeterRegistry meters, String outcome) {
    return meters
        .get("millrace.listener.handler")
        .tag("listener", "billing")
        .tag("outcome", outcome)
        .timer()
        .count();
  }
}
