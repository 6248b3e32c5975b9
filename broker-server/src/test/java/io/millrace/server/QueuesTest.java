package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import io.millrace.protocol.wire.CloseQueueRequest;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeleteTopicRequest;
import io.millrace.protocol.wire.DescribeGroupRequest;
import io.millrace.protocol.wire.DescribeGroupResponse;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.EventAttempts;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.GroupKind;
import io.millrace.protocol.wire.ListGroupsRequest;
import io.millrace.protocol.wire.ListGroupsResponse;
import io.millrace.protocol.wire.OpenQueueRequest;
import io.millrace.protocol.wire.OpenQueueResponse;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.QueueDeadLetters;
import io.millrace.protocol.wire.QueueInfo;
import io.millrace.protocol.wire.QueueOrdering;
import io.millrace.protocol.wire.QueueSettingsInfo;
import io.millrace.protocol.wire.SettleRequest;
import io.millrace.protocol.wire.SettleResponse;
import io.millrace.protocol.wire.Settlement;
import io.millrace.protocol.wire.SettlementKind;
import io.millrace.protocol.wire.SettlementOutcome;
import io.millrace.protocol.wire.TakeRequest;
import io.millrace.protocol.wire.TakeResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Queues over the wire. */
@ExtendWith(NoLeaks.class)
class QueuesTest {

  private static final int QUEUE = 5;
  private static final long LONG_WAIT_MICROS = 60_000_000;

  @TempDir Path directory;

  private MillraceServer server;
  private WireClient first;
  private WireClient second;
  private TopicInfo topic;
  private long number;

  @BeforeEach
  void start() {
    server = TestServers.start("mapped", directory, Map.of());
    first = WireClient.hello(server.port());
    second = WireClient.hello(server.port());
    topic = first.ask(new CreateTopicRequest("orders", 1, Map.of()), TopicResponse.class).topic();
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
    server.close();
  }

  private static OpenQueueRequest opening(UUID session) {
    return opening(session, OpenQueueRequest.NO_LOCK);
  }

  private static OpenQueueRequest opening(UUID session, long lastLock) {
    return new OpenQueueRequest(
        QUEUE, "workers", "orders", session, lastLock, QueueSettingsInfo.AS_THE_QUEUE);
  }

  private OpenQueueResponse open(WireClient client) {
    return client.ask(opening(UUID.randomUUID()), OpenQueueResponse.class);
  }

  private void produce(String... values) {
    first.answerTo(
        first.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", values)),
        ProduceResponse.class);
  }

  private static TakeRequest taking(int events) {
    return new TakeRequest(QUEUE, events, 1 << 20, LONG_WAIT_MICROS);
  }

  private static TakeResponse take(WireClient client, int events) {
    return client.ask(taking(events), TakeResponse.class);
  }

  private static List<String> values(TakeResponse taken) {
    BatchReader reader = new BatchReader(1 << 20);
    List<String> values = new ArrayList<>();
    ByteBuffer batches = taken.batches().nioBuffer();
    while (batches.hasRemaining()) {
      int at = batches.position();
      reader.open(batches, at);
      while (reader.next()) {
        values.add(new String(reader.value(), StandardCharsets.UTF_8));
      }
      batches.position(at + BatchHeader.length(batches.order(ByteOrder.LITTLE_ENDIAN), at));
    }
    return values;
  }

  private SettlementOutcome settle(
      WireClient client, TakeResponse taken, long first, long last, SettlementKind kind) {
    Settlement settlement =
        new Settlement(taken.partition(), taken.lock(), first, last, kind, -1, false, "");
    return client
        .ask(new SettleRequest(QUEUE, number++, List.of(settlement)), SettleResponse.class)
        .outcomes()
        .get(0);
  }

  @Test
  void aQueueHasTheDefaultsUnlessSomebodySetsThem() {
    OpenQueueResponse opened = open(first);
    assertThat(opened.continued()).isFalse();
    assertThat(opened.topicId()).isEqualTo(topic.id());
    assertThat(opened.partitions()).isEqualTo(1);
    assertThat(opened.settings())
        .isEqualTo(
            new QueueSettingsInfo(
                30_000_000,
                5,
                1_000_000,
                60_000_000,
                QueueDeadLetters.DEFAULT_TOPIC,
                "",
                QueueOrdering.NONE));
    QueueSettingsInfo some =
        new QueueSettingsInfo(
            0, 9, -1, 0, QueueDeadLetters.NAMED_TOPIC, "failed", QueueOrdering.AS_THE_QUEUE);
    OpenQueueRequest setting =
        new OpenQueueRequest(QUEUE, "workers", "orders", UUID.randomUUID(), -1, some);
    QueueSettingsInfo all =
        new QueueSettingsInfo(
            30_000_000,
            9,
            1_000_000,
            0,
            QueueDeadLetters.NAMED_TOPIC,
            "failed",
            QueueOrdering.NONE);
    assertThat(second.ask(setting, OpenQueueResponse.class).settings()).isEqualTo(all);
  }

  @Test
  void queuesThatAnotherConnectionHasTakenOverDoNotCount() {
    List<UUID> sessions = new ArrayList<>();
    for (int id = 0; id < 1_000; id++) {
      sessions.add(UUID.randomUUID());
      first.ask(opening(id, sessions.get(id)), OpenQueueResponse.class);
    }
    assertThat(first.refusalOf(opening(1_000, UUID.randomUUID())).code())
        .isEqualTo(ErrorCode.LIMIT_REACHED);
    for (int id = 0; id < 2; id++) {
      second.ask(opening(id, sessions.get(id)), OpenQueueResponse.class);
    }
    for (int id = 1_000; id < 1_002; id++) {
      first.ask(opening(id, UUID.randomUUID()), OpenQueueResponse.class);
    }
    assertThat(first.refusalOf(opening(1_002, UUID.randomUUID())).code())
        .isEqualTo(ErrorCode.LIMIT_REACHED);
  }

  private static OpenQueueRequest opening(int id, UUID session) {
    return new OpenQueueRequest(
        id, "workers", "orders", session, -1, QueueSettingsInfo.AS_THE_QUEUE);
  }

  @Test
  void eventsAreTakenSettledAndNotTakenAgain() {
    open(first);
    open(second);
    produce("a", "b", "c");
    TakeResponse ab = take(first, 2);
    assertThat(values(ab)).containsExactly("a", "b");
    assertThat(ab.attempts()).containsExactly(new EventAttempts(2, 0));
    assertThat(ab.lockMicros()).isBetween(1L, 30_000_000L);
    TakeResponse c = take(second, 10);
    assertThat(values(c)).containsExactly("c");
    assertThat(settle(first, ab, 0, 1, SettlementKind.ACCEPT).error()).isEqualTo(ErrorCode.NONE);
    assertThat(settle(first, ab, 0, 1, SettlementKind.ACCEPT).error()).isEqualTo(ErrorCode.NONE);
    SettlementOutcome lost = settle(first, c, 2, 2, SettlementKind.ACCEPT);
    assertThat(lost.error()).isEqualTo(ErrorCode.LOCK_LOST);
    assertThat(lost.lostOffset()).isEqualTo(2);
    TakeResponse none = first.ask(new TakeRequest(QUEUE, 1, 1, 10_000), TakeResponse.class);
    assertThat(none.partition()).isEqualTo(TakeResponse.NOTHING);
    assertThat(none.batches().isReadable()).isFalse();
  }

  @Test
  void aRepeatedSettlementIsAnsweredAsTheFirstOne() {
    UUID session = UUID.randomUUID();
    second.ask(opening(session), OpenQueueResponse.class);
    produce("a", "b");
    TakeResponse taken = take(second, 2);
    SettleRequest request =
        new SettleRequest(
            QUEUE,
            9,
            List.of(
                new Settlement(0, taken.lock(), 0, 0, SettlementKind.RELEASE, 0, true, "no"),
                new Settlement(0, taken.lock(), 0, 1, SettlementKind.ACCEPT, -1, false, "")));
    SettleResponse answer = second.ask(request, SettleResponse.class);
    assertThat(answer.outcomes())
        .extracting(SettlementOutcome::error)
        .containsExactly(ErrorCode.NONE, ErrorCode.LOCK_LOST);
    second.close();
    second = WireClient.hello(server.port());
    second.ask(opening(session, taken.lock()), OpenQueueResponse.class);
    assertThat(second.ask(request, SettleResponse.class)).isEqualTo(answer);
    TakeResponse again = take(second, 10);
    assertThat(values(again)).containsExactly("a");
    assertThat(again.attempts()).containsExactly(new EventAttempts(1, 1));
    SettleRequest other =
        new SettleRequest(
            QUEUE,
            9,
            List.of(new Settlement(0, again.lock(), 0, 0, SettlementKind.ACCEPT, -1, false, "")));
    assertThat(second.refusalOf(other).message()).contains("higher number");
    assertThat(second.refusalOf(new SettleRequest(QUEUE, -1, List.of())).code())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void aTakeIsAnsweredWhenAnEventComes() {
    open(second);
    int waiting = second.send(taking(10));
    produce("late");
    assertThat(values(second.answerTo(waiting, TakeResponse.class))).containsExactly("late");
  }

  @Test
  void aConsumerContinuesOnAnotherConnection() {
    UUID session = UUID.randomUUID();
    second.ask(opening(session), OpenQueueResponse.class);
    produce("a");
    TakeResponse taken = take(second, 1);
    second.close();
    second = WireClient.hello(server.port());
    OpenQueueRequest again = opening(session, taken.lock());
    assertThat(second.ask(again, OpenQueueResponse.class).continued()).isTrue();
    assertThat(settle(second, taken, 0, 0, SettlementKind.ACCEPT).error())
        .isEqualTo(ErrorCode.NONE);
  }

  @Test
  void eventsOfALostAnswerComeAgainAndCountNothing() {
    UUID session = UUID.randomUUID();
    second.ask(opening(session), OpenQueueResponse.class);
    produce("a", "b");
    TakeResponse known = take(second, 1);
    second.send(taking(1));
    awaitLocked(2);
    second.close();
    second = WireClient.hello(server.port());
    OpenQueueRequest again = opening(session, known.lock());
    assertThat(second.ask(again, OpenQueueResponse.class).continued()).isTrue();
    TakeResponse repeated = take(second, 10);
    assertThat(values(repeated)).containsExactly("b");
    assertThat(repeated.attempts()).containsExactly(new EventAttempts(1, 0));
    assertThat(settle(second, known, 0, 0, SettlementKind.ACCEPT).error())
        .isEqualTo(ErrorCode.NONE);
  }

  private void awaitLocked(int events) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    int locked;
    do {
      int id = first.send(2, new DescribeGroupRequest("workers"));
      DescribeGroupResponse described = first.answerTo(id, DescribeGroupResponse.class);
      locked = described.queue().get(0).consumers().get(0).locked();
      assertThat(System.nanoTime() - deadline).as("%d events are locked", locked).isNegative();
    } while (locked < events);
  }

  @Test
  void aConsumerOnAnotherConnectionEndsTheOlderOne() {
    UUID session = UUID.randomUUID();
    first.ask(opening(session), OpenQueueResponse.class);
    int waiting = first.send(taking(1));
    assertThat(second.ask(opening(session), OpenQueueResponse.class).continued()).isTrue();
    assertThat(first.answerTo(waiting, ErrorResponse.class).code())
        .isEqualTo(ErrorCode.UNKNOWN_QUEUE);
    assertThat(first.ask(opening(session), OpenQueueResponse.class).continued()).isTrue();
    SettleRequest settling = new SettleRequest(QUEUE, 0, List.of());
    assertThat(second.refusalOf(settling).code()).isEqualTo(ErrorCode.UNKNOWN_QUEUE);
    assertThat(second.ask(opening(session), OpenQueueResponse.class).continued()).isTrue();
  }

  @Test
  void aLostConsumerCountsAsAFailedDelivery() {
    second.ask(
        new OpenQueueRequest(
            QUEUE,
            "workers",
            "orders",
            UUID.randomUUID(),
            OpenQueueRequest.NO_LOCK,
            new QueueSettingsInfo(
                0, 0, 0, -1, QueueDeadLetters.AS_THE_QUEUE, "", QueueOrdering.AS_THE_QUEUE)),
        OpenQueueResponse.class);
    produce("a");
    take(second, 1);
    second.close();
    open(first);
    assertThat(take(first, 1).attempts()).containsExactly(new EventAttempts(1, 1));
  }

  @Test
  void aClosedQueueGivesItsEventsBackAndIsUnknown() {
    open(first);
    produce("a");
    take(first, 1);
    first.ask(new CloseQueueRequest(QUEUE), EmptyResponse.class);
    assertThat(first.refusalOf(taking(1)).code()).isEqualTo(ErrorCode.UNKNOWN_QUEUE);
    open(second);
    assertThat(take(second, 1).attempts()).containsExactly(new EventAttempts(1, 0));
    open(first);
  }

  @Test
  void requestsOutOfRangeAreRefused() {
    open(first);
    assertThat(first.refusalOf(opening(UUID.randomUUID())).code())
        .isEqualTo(ErrorCode.QUEUE_EXISTS);
    for (TakeRequest wrong :
        List.of(
            new TakeRequest(QUEUE, 0, 1, 0),
            new TakeRequest(QUEUE, 10_001, 1, 0),
            new TakeRequest(QUEUE, 1, 0, 0),
            new TakeRequest(QUEUE, 1, 1, -1),
            new TakeRequest(QUEUE, 1, 1, 60_000_001))) {
      assertThat(first.refusalOf(wrong).code())
          .as(wrong.toString())
          .isEqualTo(ErrorCode.INVALID_REQUEST);
    }
    for (int i = 0; i < 16; i++) {
      first.send(taking(1));
    }
    assertThat(first.refusalOf(taking(1)).code()).isEqualTo(ErrorCode.LIMIT_REACHED);
  }

  @Test
  void aDeletedTopicEndsATake() {
    open(second);
    int waiting = second.send(taking(1));
    first.ask(new DeleteTopicRequest("orders"), EmptyResponse.class);
    assertThat(second.answerTo(waiting, ErrorResponse.class).code())
        .isEqualTo(ErrorCode.UNKNOWN_TOPIC);
  }

  @Test
  void aStopAnswersTheTakesThatWait() {
    open(second);
    int waiting = second.send(taking(1));
    first.ask(new ListGroupsRequest(), ListGroupsResponse.class);
    server.close();
    assertThat(second.push(GoAwayPush.class).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
    assertThat(second.answerTo(waiting, ErrorResponse.class).code())
        .isEqualTo(ErrorCode.SHUTTING_DOWN);
    assertThat(second.atEnd()).isTrue();
  }

  @Test
  void aQueueIsListedAndDescribedToNewClients() {
    UUID session = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
    first.ask(opening(session), OpenQueueResponse.class);
    produce("a", "b", "c");
    take(first, 2);
    int id = second.send(2, new DescribeGroupRequest("workers"));
    DescribeGroupResponse described = second.answerTo(id, DescribeGroupResponse.class);
    assertThat(described.kind()).isEqualTo(GroupKind.QUEUE);
    assertThat(described.partitions())
        .singleElement()
        .satisfies(partition -> assertThat(partition.lagEvents()).isEqualTo(3));
    QueueInfo queue = described.queue().get(0);
    assertThat(queue.consumers())
        .singleElement()
        .satisfies(
            consumer -> {
              assertThat(consumer.session()).isEqualTo("01234567");
              assertThat(consumer.clientId()).isEqualTo("test-client");
              assertThat(consumer.locked()).isEqualTo(2);
            });
    assertThat(queue.partitions())
        .singleElement()
        .satisfies(
            partition -> {
              assertThat(partition.start()).isZero();
              assertThat(partition.next()).isEqualTo(3);
              assertThat(partition.locked()).isEqualTo(2);
              assertThat(partition.available()).isEqualTo(1);
            });
    id = second.send(2, new ListGroupsRequest());
    assertThat(second.answerTo(id, ListGroupsResponse.class).groups())
        .singleElement()
        .satisfies(
            group -> {
              assertThat(group.kind()).isEqualTo(GroupKind.QUEUE);
              assertThat(group.members()).isEqualTo(1);
              assertThat(group.locked()).isEqualTo(2);
            });
    assertThat(second.ask(new DescribeGroupRequest("workers"), DescribeGroupResponse.class).kind())
        .isEqualTo(GroupKind.MEMBERS);
    String tags = "{group=\"workers\",partition=\"0\",topic=\"orders\"}";
    assertThat(Metrics.get(server, "/metrics").body())
        .contains("millrace_queue_locked" + tags + " 2.0")
        .contains("millrace_queue_waiting" + tags + " 0.0")
        .contains("millrace_queue_dead_letters" + tags + " 0.0");
  }

  @Test
  void theMemoryOfAnswersComesBackWhetherTheClientReadsThemOrNot() {
    String large = "x".repeat(100_000);
    produce(large);
    produce(large);
    open(first);
    assertThat(values(take(first, 1))).containsExactly(large);
    awaitNothingReserved();
    open(second);
    second.send(taking(1));
    second.close();
    awaitNothingReserved();
  }

  private void awaitNothingReserved() {
    for (String use : List.of("answers", "filtered_batches")) {
      Metrics.await(
          server, "millrace_memory_reserved_bytes{use=\"" + use + "\"}", value -> value == 0);
    }
  }
}
