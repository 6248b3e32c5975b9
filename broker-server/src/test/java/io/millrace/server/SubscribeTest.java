package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.record.BatchReader;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.CreditRequest;
import io.millrace.protocol.wire.DeleteTopicRequest;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.ListSourcesRequest;
import io.millrace.protocol.wire.ListSourcesResponse;
import io.millrace.protocol.wire.OffsetForTimeRequest;
import io.millrace.protocol.wire.OffsetForTimeResponse;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.SourceInfo;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.SubscriptionEndedPush;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import io.millrace.protocol.wire.UnsubscribeRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
@ParameterizedClass
@ValueSource(strings = {"memory", "mapped"})
class SubscribeTest {

  private static final long PLENTY = 1 << 20;

  @TempDir static Path directory;

  private static MillraceServer server;

  @Parameter String engine;

  private WireClient producer;
  private WireClient consumer;
  private TopicInfo topic;

  @BeforeParameterizedClassInvocation
  static void startServer(String engine) {
    server =
        TestServers.start(
            engine, directory.resolve(engine), Map.of("limits.maxSubscriptionsPerConnection", "2"));
  }

  @AfterParameterizedClassInvocation
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void createTopic() {
    producer = WireClient.hello(server.port());
    consumer = WireClient.hello(server.port());
    topic =
        producer
            .ask(new CreateTopicRequest("t-" + UUID.randomUUID(), 2, Map.of()), TopicResponse.class)
            .topic();
  }

  @AfterEach
  void closeClients() {
    producer.close();
    consumer.close();
  }

  @Test
  void historyFlowsIntoLive() {
    produce("a", "b");
    SubscribeResponse subscribed =
        consumer.ask(subscribe(7, StartKind.EARLIEST, 0, PLENTY), SubscribeResponse.class);
    List<String> values = new ArrayList<>(deliver(7));
    produce("c");
    values.addAll(deliver(7));

    assertThat(subscribed).isEqualTo(new SubscribeResponse(0, 0, 2, 2));
    assertThat(values).containsExactly("a", "b", "c");
  }

  @Test
  void latestBeginsWithWhatComesNext() {
    produce("old");
    consumer.ask(subscribe(1, StartKind.LATEST, 0, PLENTY), SubscribeResponse.class);
    produce("new");

    assertThat(deliver(1)).containsExactly("new");
  }

  @Test
  void anOffsetBeyondTheEndIsRefused() {
    produce("a");

    ErrorResponse refusal = consumer.refusalOf(subscribe(1, StartKind.OFFSET, 2, PLENTY));

    assertThat(refusal.code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    consumer.ask(subscribe(1, StartKind.OFFSET, 1, PLENTY), SubscribeResponse.class);
  }

  @Test
  void onlyCreditIsSpent() {
    produce("a");
    produce("b");
    consumer.ask(subscribe(1, StartKind.EARLIEST, 0, 1), SubscribeResponse.class);
    assertThat(deliver(1)).containsExactly("a");

    // Without more credit, only the answer may come.
    consumer.ask(new PingRequest(), EmptyResponse.class);
    consumer.send(new CreditRequest(1, PLENTY));

    assertThat(deliver(1)).containsExactly("b");
  }

  @Test
  void creditMayFollowTheSubscriptionAtOnce() {
    produce("a");
    produce("b");
    int subscribe = consumer.send(subscribe(1, StartKind.EARLIEST, 0, 1));
    consumer.send(new CreditRequest(1, PLENTY));
    consumer.answerTo(subscribe, SubscribeResponse.class);

    List<String> values = new ArrayList<>(deliver(1));
    if (values.size() < 2) {
      values.addAll(deliver(1));
    }
    assertThat(values).containsExactly("a", "b");
  }

  @Test
  void creditForAnUnknownSubscriptionIsIgnored() {
    consumer.send(new CreditRequest(99, 1));
    consumer.send(new CreditRequest(99, -1));

    consumer.ask(new PingRequest(), EmptyResponse.class);
  }

  @Test
  void sourcesAreFilteredInTheBroker() {
    produceFrom("noise", "n1");
    produceFrom("wanted", "w1");
    produceFrom("noise", "n2");
    produceFrom("wanted", "w2");
    SubscribeRequest request =
        new SubscribeRequest(
            1,
            topic.id(),
            0,
            StartKind.EARLIEST,
            0,
            IsolationLevel.DURABLE,
            PLENTY,
            List.of("wanted"));
    consumer.ask(request, SubscribeResponse.class);

    List<String> values = new ArrayList<>();
    while (values.size() < 2) {
      values.addAll(deliver(1));
    }
    assertThat(values).containsExactly("w1", "w2");
  }

  @Test
  void nothingComesAfterTheAnswerToUnsubscribe() {
    consumer.ask(subscribe(1, StartKind.EARLIEST, 0, PLENTY), SubscribeResponse.class);
    consumer.ask(new UnsubscribeRequest(1), EmptyResponse.class);
    produce("a");

    consumer.ask(new PingRequest(), EmptyResponse.class);
    consumer.ask(subscribe(1, StartKind.LATEST, 0, PLENTY), SubscribeResponse.class);
  }

  @Test
  void anUnknownSubscriptionCannotBeEnded() {
    assertThat(consumer.refusalOf(new UnsubscribeRequest(5)).code())
        .isEqualTo(ErrorCode.UNKNOWN_SUBSCRIPTION);
  }

  @Test
  void anIdIsTakenOnce() {
    consumer.ask(subscribe(1, StartKind.EARLIEST, 0, PLENTY), SubscribeResponse.class);

    assertThat(consumer.refusalOf(subscribe(1, StartKind.LATEST, 0, PLENTY)).code())
        .isEqualTo(ErrorCode.SUBSCRIPTION_EXISTS);
  }

  @Test
  void subscriptionsOfAConnectionAreLimited() {
    consumer.ask(subscribe(1, StartKind.EARLIEST, 0, PLENTY), SubscribeResponse.class);
    consumer.ask(subscribe(2, StartKind.EARLIEST, 0, PLENTY), SubscribeResponse.class);

    ErrorResponse refusal = consumer.refusalOf(subscribe(3, StartKind.EARLIEST, 0, PLENTY));

    assertThat(refusal.code()).isEqualTo(ErrorCode.LIMIT_REACHED);
    assertThat(refusal.message()).contains("2", "limits.maxSubscriptionsPerConnection");
  }

  @Test
  void creditMustBePositive() {
    assertThat(consumer.refusalOf(subscribe(1, StartKind.EARLIEST, 0, 0)).code())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void deletingTheTopicEndsItsSubscriptions() {
    consumer.ask(subscribe(1, StartKind.EARLIEST, 0, PLENTY), SubscribeResponse.class);
    producer.ask(new DeleteTopicRequest(topic.name()), EmptyResponse.class);

    SubscriptionEndedPush ended = consumer.push(SubscriptionEndedPush.class);

    assertThat(ended.subscriptionId()).isEqualTo(1);
    assertThat(ended.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
    assertThat(consumer.refusalOf(subscribe(1, StartKind.EARLIEST, 0, PLENTY)).code())
        .isEqualTo(ErrorCode.UNKNOWN_TOPIC);
  }

  @Test
  void aConsumerThatGoesAwayLeavesNothingBehind() {
    consumer.ask(subscribe(1, StartKind.EARLIEST, 0, PLENTY), SubscribeResponse.class);
    consumer.close();

    for (int i = 0; i < 20; i++) {
      produce("after");
    }
    consumer = WireClient.hello(server.port());
    consumer.ask(subscribe(1, StartKind.OFFSET, 19, PLENTY), SubscribeResponse.class);
    assertThat(deliver(1)).containsExactly("after");
  }

  @Test
  void timesAreFound() {
    produce("a");

    OffsetForTimeResponse at =
        consumer.ask(
            new OffsetForTimeRequest(topic.id(), 0, TestServers.NOW_MICROS, IsolationLevel.DURABLE),
            OffsetForTimeResponse.class);
    OffsetForTimeResponse after =
        consumer.ask(
            new OffsetForTimeRequest(
                topic.id(), 0, TestServers.NOW_MICROS + 1, IsolationLevel.DURABLE),
            OffsetForTimeResponse.class);

    assertThat(at.offset()).isZero();
    assertThat(after.offset()).isEqualTo(1);
  }

  @Test
  void aTimeIsAPlaceToBegin() {
    produce("a");

    SubscribeResponse from =
        consumer.ask(
            subscribe(1, StartKind.EVENT_TIME, TestServers.NOW_MICROS, PLENTY),
            SubscribeResponse.class);
    assertThat(deliver(1)).containsExactly("a");
    SubscribeResponse after =
        consumer.ask(
            subscribe(2, StartKind.EVENT_TIME, TestServers.NOW_MICROS + 1, PLENTY),
            SubscribeResponse.class);

    assertThat(from.startOffset()).isZero();
    assertThat(after.startOffset()).isEqualTo(1);
  }

  @Test
  void sourcesAreListedOverAllPartitions() {
    produceFrom("b", "1", "2");
    produceFrom("a", "3");
    int sent =
        producer.produce(topic.id(), 1, AckLevel.SYNCED, TestServers.batch("b", "other partition"));
    producer.answerTo(sent, ProduceResponse.class);

    ListSourcesResponse sources =
        consumer.ask(
            new ListSourcesRequest(topic.id(), IsolationLevel.DURABLE, false),
            ListSourcesResponse.class);

    assertThat(sources.sources())
        .extracting(
            SourceInfo::source,
            SourceInfo::count,
            SourceInfo::firstSeenMicros,
            SourceInfo::lastSeenMicros)
        .containsExactly(
            tuple("a", 1L, TestServers.NOW_MICROS, TestServers.NOW_MICROS),
            tuple("b", 3L, TestServers.NOW_MICROS, TestServers.NOW_MICROS));
  }

  @Test
  void sourcesOfAnUnknownTopicAreRefused() {
    assertThat(
            consumer
                .refusalOf(new ListSourcesRequest(new UUID(1, 2), IsolationLevel.DURABLE, false))
                .code())
        .isEqualTo(ErrorCode.UNKNOWN_TOPIC);
  }

  private void produce(String... values) {
    produceFrom("s", values);
  }

  private void produceFrom(String source, String... values) {
    int sent = producer.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch(source, values));
    producer.answerTo(sent, ProduceResponse.class);
  }

  private SubscribeRequest subscribe(int id, StartKind kind, long value, long credit) {
    return new SubscribeRequest(
        id, topic.id(), 0, kind, value, IsolationLevel.DURABLE, credit, List.of());
  }

  /** The values of the next delivery. */
  private List<String> deliver(int subscriptionId) {
    DeliverPush push = consumer.push(DeliverPush.class);
    assertThat(push.subscriptionId()).isEqualTo(subscriptionId);
    ByteBuffer batches = push.batches().nioBuffer().order(ByteOrder.LITTLE_ENDIAN);
    List<String> values = new ArrayList<>();
    BatchReader reader = new BatchReader(1 << 20);
    while (batches.hasRemaining()) {
      reader.open(batches, batches.position());
      while (reader.next()) {
        values.add(new String(reader.value(), StandardCharsets.UTF_8));
      }
      batches.position(batches.position() + batches.getInt(batches.position()));
    }
    return values;
  }
}
