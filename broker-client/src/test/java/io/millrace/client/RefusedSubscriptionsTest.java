package io.millrace.client;

import static io.millrace.client.GroupConsumerTest.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.fake.Exchange;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.SubscribeRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A member with more partitions than the broker lets it subscribe. */
class RefusedSubscriptionsTest extends BrokerTest {

  private static final int PARTITIONS = 6;
  private static final Duration STEP = Duration.ofMillis(20);

  private final AtomicInteger refusals = new AtomicInteger();

  /** The partitions that are subscribed. */
  private final Set<Integer> subscribed = ConcurrentHashMap.newKeySet();

  private volatile int limit = 4;

  @BeforeEach
  void makeTopic() {
    broker.topic("orders", PARTITIONS);
    try (Producer producer = client().producer("orders").build()) {
      for (int i = 0; i < PARTITIONS; i++) {
        producer.send(Event.builder().value("v" + i).partition(i).build());
      }
    }
    broker.script(this::limited);
  }

  @AfterEach
  void endScript() {
    broker.script(Exchange::proceed);
  }

  private void limited(Exchange exchange) {
    if (exchange.request() instanceof SubscribeRequest subscribe) {
      if (subscribed.size() >= limit && !subscribed.contains(subscribe.partition())) {
        refusals.incrementAndGet();
        exchange.refuse(ErrorCode.LIMIT_REACHED);
        return;
      }
      subscribed.add(subscribe.partition());
    }
    exchange.proceed();
  }

  private GroupConsumer member() {
    return client().consumer("orders").group("billing").build();
  }

  @Test
  void theOtherPartitionsAreReadAndTheRefusedOnesLater() {
    try (GroupConsumer consumer = member()) {
      assertThat(GroupConsumerTest.take(consumer, 4)).hasSize(4);
      until(
          () -> {
            assertThat(consumer.poll(STEP)).isEmpty();
            return refusals.get() > 10; // it tries again
          });
      assertThat(consumer.partitions()).hasSize(PARTITIONS);

      limit = PARTITIONS;
      List<ConsumedEvent> late = GroupConsumerTest.take(consumer, 2);
      assertThat(late).extracting(ConsumedEvent::valueAsString).doesNotHaveDuplicates().hasSize(2);
      consumer.commit();
    }
  }

  @Test
  void aSubscriptionThatIsRefusedAfterAReconnectDoesNotEndTheMember() {
    limit = PARTITIONS;
    try (GroupConsumer consumer = member()) {
      assertThat(GroupConsumerTest.take(consumer, PARTITIONS)).hasSize(PARTITIONS);
      limit = 4;
      subscribed.clear();
      broker.session().cut();
      until(
          () -> {
            assertThat(consumer.poll(STEP)).isEmpty();
            return refusals.get() > 10 && subscribed.size() == 4;
          });
      limit = PARTITIONS;
      until(
          () -> {
            consumer.poll(STEP);
            return subscribed.size() == PARTITIONS;
          });
    }
  }
}
