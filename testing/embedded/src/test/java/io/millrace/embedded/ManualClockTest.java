package io.millrace.embedded;

import static io.millrace.embedded.EmbeddedBrokerTest.LONG;
import static io.millrace.embedded.EmbeddedBrokerTest.send;
import static io.millrace.embedded.EmbeddedBrokerTest.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.client.TopicSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ManualClockTest {

  private static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

  private final ManualClock clock = ManualClock.startingAt(START);

  @Test
  void appendTimesFollowTheClock() {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().clock(clock).topic("t").start()) {
      send(broker, "t", "first");
      clock.advance(Duration.ofHours(2));
      send(broker, "t", "second");
      broker.restart();
      clock.advance(Duration.ofHours(1));
      send(broker, "t", "third");

      assertThat(broker.events("t"))
          .extracting(ConsumedEvent::appendTime)
          .containsExactly(START, START.plus(Duration.ofHours(2)), START.plus(Duration.ofHours(3)));
      assertThat(broker.client().admin().describeTopic("t").createdAt()).isEqualTo(START);
    }
  }

  @Test
  void retentionFollowsTheClock() {
    try (EmbeddedBroker broker =
        EmbeddedBroker.builder()
            .clock(clock)
            .topic("t", TopicSpec.defaults().setting("retentionTime", "7d"))
            .start()) {
      send(broker, "t", "old");
      clock.advance(Duration.ofDays(8));
      Awaitility.await().atMost(LONG).until(() -> broker.events("t").isEmpty());

      send(broker, "t", "new");
      clock.advance(Duration.ofDays(6));
      assertThat(values(broker.events("t"))).containsExactly("new");
    }
  }

  @Test
  void retentionDeletesOnAFullDisk() {
    try (EmbeddedBroker broker =
        EmbeddedBroker.builder()
            .clock(clock)
            .topic("t", TopicSpec.defaults().setting("retentionTime", "7d"))
            .start()) {
      send(broker, "t", "old");
      broker.diskFull(true);
      clock.advance(Duration.ofDays(8));
      Awaitility.await().atMost(LONG).until(() -> broker.events("t").isEmpty());
    }
  }

  /** A producer that the broker has forgotten repeats a batch, which is then stored twice. */
  @Test
  void theExpiryOfProducersFollowsTheClock() {
    try (EmbeddedBroker broker =
            EmbeddedBroker.builder()
                .clock(clock)
                .setting("limits.producerExpiry", "1d")
                .topic("t")
                .topic("watched", TopicSpec.defaults().setting("retentionTime", "1d"))
                .start();
        ClientPort port = ClientPort.reserve()) {
      port.serve(broker.port());
      try (MillraceClient client = MillraceClient.connect("127.0.0.1:" + port.number());
          Producer producer = client.producer("t").build()) {
        broker.slowFsync(Duration.ofHours(1));
        CompletableFuture<Receipt> late = producer.send(Event.of("twice"));
        broker.awaitEvents("t", 1, LONG);
        port.refuse(true);
        port.dropConnections();

        broker.slowFsync(Duration.ZERO);
        for (int run = 0; run < 2; run++) {
          send(broker, "watched", "v");
          clock.advance(Duration.ofDays(2));
          Awaitility.await().atMost(LONG).until(() -> broker.events("watched").isEmpty());
        }
        port.refuse(false);

        late.orTimeout(2, TimeUnit.MINUTES).join();
        assertThat(values(broker.events("t"))).containsExactly("twice", "twice");
      }
    }
  }

  @Test
  void theClockDoesNotGoBack() {
    assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(clock.instant()).isEqualTo(START);
  }
}
