package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.fake.StoredBatches;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.ApiVersions;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.SupportedVersions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A consumer whose events the broker tests. */
class FilteredConsumerTest extends BrokerTest {

  private static final String FILTER = "json.delta > 100";

  @BeforeEach
  void makeTopic() {
    broker.topic("rides", 1);
  }

  private void answerSubscribes() {
    broker.script(
        exchange -> {
          if (exchange.request() instanceof SubscribeRequest) {
            exchange.answer(new SubscribeResponse(0, 0, 0, 0));
          } else {
            exchange.proceed();
          }
        });
  }

  private Consumer consumer() {
    return client().consumer("rides").from(StartPosition.earliest()).where(FILTER).build();
  }

  private int subscriptionId() {
    List<SubscribeRequest> all = broker.requests(SubscribeRequest.class);
    return all.get(all.size() - 1).subscriptionId();
  }

  private static List<String> taken(Consumer consumer, int count) {
    List<String> values = new ArrayList<>();
    while (values.size() < count) {
      consumer.poll(LONG).forEach(event -> values.add(event.offset() + event.valueAsString()));
    }
    return values;
  }

  @Test
  void aFilteredBatchHasGapsAndStandsForAllItsOffsets() {
    answerSubscribes();
    Consumer consumer = consumer();
    assertThat(broker.requests(SubscribeRequest.class).get(0).filter()).isEqualTo(FILTER);
    byte[] stored = StoredBatches.stored(10, "a", "b", "c", "d", "e");
    broker.session().deliver(subscriptionId(), 15, 15, StoredBatches.filtered(stored, 1, 3));

    assertThat(taken(consumer, 2)).containsExactly("11b", "13d");
    assertThat(consumer.poll(Duration.ZERO)).isEmpty();
    assertThat(consumer.position(0)).isEqualTo(15);
  }

  @Test
  void countersAreSumsOverReconnects() {
    answerSubscribes();
    Consumer consumer = consumer();
    assertThat(consumer.filterCounters()).isEqualTo(FilterCounters.NONE);
    broker.session().progress(subscriptionId(), 100, 7);
    broker.session().progress(subscriptionId(), 200, 8);
    broker.session().deliver(subscriptionId(), 1, 1, StoredBatches.stored(0, "a"));
    taken(consumer, 1);
    assertThat(consumer.filterCounters()).isEqualTo(new FilterCounters(200, 8, 3, 2, 1, 70, 900));

    int before = broker.requests(SubscribeRequest.class).size();
    broker.session().cut();
    while (broker.requests(SubscribeRequest.class).size() == before) {
      consumer.poll(Duration.ofMillis(1));
    }
    broker.session().progress(subscriptionId(), 10, 1);
    broker.session().deliver(subscriptionId(), 2, 2, StoredBatches.stored(1, "b"));
    taken(consumer, 1);
    assertThat(consumer.filterCounters())
        .isEqualTo(new FilterCounters(210, 9, 6, 4, 2, 140, 1_800));
  }

  @Test
  void aFilterThatTheBrokerRefusesFailsTheBuildOfAMember() {
    String message = "character 1 of the filter: no such field\n  colour == 1\n  ^\nuse key";
    broker.script(
        exchange -> {
          if (exchange.request() instanceof JoinGroupRequest join && !join.filter().isEmpty()) {
            exchange.answer(new ErrorResponse(ErrorCode.INVALID_FILTER, message));
          } else {
            exchange.proceed();
          }
        });
    MillraceException refused =
        thrownBy(() -> client().consumer("rides").where("colour == 1").group("g").build());
    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_FILTER);
    assertThat(refused).hasMessage(message);
    assertThat(broker.requests(JoinGroupRequest.class))
        .extracting(JoinGroupRequest::filter)
        .containsExactly("colour == 1");
  }

  @Test
  void anOldBrokerCannotFilter() {
    broker.supports(
        SupportedVersions.of(
            SupportedVersions.ofThisBuild().toList().stream()
                .map(
                    versions ->
                        versions.api() == Api.SUBSCRIBE.number()
                            ? new ApiVersions(versions.api(), 1, 1)
                            : versions)
                .toList()));

    assertThatThrownBy(this::consumer)
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION))
        .hasMessageContaining("the broker is too old to filter events");
    assertThat(broker.requests(SubscribeRequest.class)).isEmpty();
    try (Consumer all = client().consumer("rides").from(StartPosition.earliest()).build()) {
      assertThat(all.poll(Duration.ZERO)).isEmpty();
    }
  }
}
