package io.millrace.embedded;

import static io.millrace.embedded.EmbeddedBrokerTest.LONG;
import static io.millrace.embedded.EmbeddedBrokerTest.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.GroupConsumer;
import io.millrace.client.QueueConsumer;
import io.millrace.client.QueuedEvent;
import io.millrace.client.TopicSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A test that forgets to close its consumers does not disturb the next one. */
class ResetOfConsumersTest {

  private static final int EVENTS = 10;
  private static final Duration STEP = Duration.ofMillis(20);

  private EmbeddedBroker broker;

  @BeforeEach
  void start() {
    broker = EmbeddedBroker.builder().topic("rides", TopicSpec.partitions(2)).start();
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private void sendAll() {
    for (int i = 0; i < EVENTS; i++) {
      send(broker, "rides", String.valueOf(i));
    }
  }

  private GroupConsumer member() {
    return broker.client().consumer("rides").group("billing").build();
  }

  private QueueConsumer queue() {
    return broker.client().queueConsumer("rides", "workers").build();
  }

  private static List<ConsumedEvent> takeAll(GroupConsumer consumer) {
    List<ConsumedEvent> all = new ArrayList<>();
    Awaitility.await()
        .atMost(LONG)
        .until(
            () -> {
              all.addAll(consumer.poll(STEP));
              return all.size() >= EVENTS;
            });
    return all;
  }

  private static List<QueuedEvent> takeAll(QueueConsumer queue) {
    List<QueuedEvent> all = new ArrayList<>();
    Awaitility.await()
        .atMost(LONG)
        .until(
            () -> {
              all.addAll(queue.poll(STEP));
              return all.size() >= EVENTS;
            });
    return all;
  }

  @Test
  void aMemberThatIsLeftOpenKeepsNoPartition() {
    sendAll();
    assertThat(takeAll(member())).hasSize(EVENTS);

    broker.reset();
    sendAll();
    try (GroupConsumer next = member()) {
      assertThat(takeAll(next)).hasSize(EVENTS);
      assertThat(next.partitions()).hasSize(2);
    }
  }

  @Test
  void aConsumerOfAQueueThatIsLeftOpenKeepsNoEvent() {
    sendAll();
    assertThat(takeAll(queue())).hasSize(EVENTS);

    broker.reset();
    assertThat(broker.client().admin().listGroups()).isEmpty();
    sendAll();
    try (QueueConsumer next = queue()) {
      assertThat(takeAll(next)).hasSize(EVENTS);
    }
  }
}
