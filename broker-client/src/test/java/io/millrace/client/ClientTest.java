package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.PartitionDescription.Failure;
import io.millrace.client.fake.Exchange;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.AddPartitionsRequest;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.ApiVersions;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeleteEventsRequest;
import io.millrace.protocol.wire.DeleteTopicRequest;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.RefusingPartition;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.SupportedVersions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections, reconnects and queries of a client. */
class ClientTest extends BrokerTest {

  /** Answers the first requests of one kind with an error. */
  private void refuse(Class<? extends Request> kind, ErrorCode code, int times) {
    AtomicInteger left = new AtomicInteger(times);
    broker.script(
        exchange -> {
          if (kind.isInstance(exchange.request()) && left.getAndDecrement() > 0) {
            exchange.refuse(code);
          } else {
            exchange.proceed();
          }
        });
  }

  private void cutAt(Class<? extends Request> kind) {
    AtomicInteger left = new AtomicInteger(1);
    broker.script(
        exchange -> {
          if (kind.isInstance(exchange.request()) && left.getAndDecrement() > 0) {
            exchange.cut();
          } else {
            exchange.proceed();
          }
        });
  }

  @Test
  void closedPortIsServerUnreachable() {
    broker.stop();
    MillraceException failure = thrownBy(() -> builder().build());
    assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
    assertThat(failure)
        .hasMessageContaining("no connection to the broker at " + broker.address())
        .hasMessageContaining("Connection refused")
        .hasMessageContaining("check that the broker runs");
  }

  @Test
  void unknownHostIsServerUnreachable() {
    MillraceException failure = thrownBy(() -> MillraceClient.connect("no-such-host.invalid:1"));
    assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
  }

  @Test
  void brokerThatDoesNotAnswerHelloIsUnreachable() {
    broker.script(exchange -> {});
    MillraceException failure =
        thrownBy(() -> builder().connectTimeout(Duration.ofMillis(50)).build());
    assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
    assertThat(failure).hasMessageContaining("did not answer Hello within 50ms");
  }

  @Test
  void brokerThatClosesTheConnectionInHelloIsUnreachable() {
    broker.script(Exchange::cut);
    assertThat(thrownBy(() -> builder().build()).code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
  }

  @Test
  void refusedHelloIsReported() {
    refuse(HelloRequest.class, ErrorCode.TOO_MANY_CONNECTIONS, 1);
    MillraceException failure = thrownBy(() -> builder().build());
    assertThat(failure.code()).isEqualTo(ErrorCode.TOO_MANY_CONNECTIONS);
    assertThat(failure).hasMessage("scripted TOO_MANY_CONNECTIONS");
  }

  @Test
  void goAwayInsteadOfHelloIsReported() {
    broker.script(
        exchange -> {
          exchange.session().goAway(ErrorCode.TOO_MANY_CONNECTIONS);
          exchange.cut();
        });
    assertThat(thrownBy(() -> builder().build()).code()).isEqualTo(ErrorCode.TOO_MANY_CONNECTIONS);
  }

  @Test
  void brokerWithoutAnApiOrItsVersionIsRefused() {
    broker.script(
        exchange ->
            exchange.answer(
                HelloResponse.of(
                    new BrokerInfo(
                        new UUID(1, 2),
                        "0.0.1",
                        1 << 20,
                        1 << 20,
                        1 << 20,
                        60_000,
                        List.of(new ApiVersions(0, 1, 1))))));
    MillraceException failure = thrownBy(() -> builder().build());
    assertThat(failure.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
    assertThat(failure)
        .hasMessageContaining("version 0.0.1")
        .hasMessageContaining("PING version 1");
  }

  @Test
  void helloNamesTheClient() {
    client();
    HelloRequest hello = broker.requests(HelloRequest.class).get(0);
    assertThat(hello.clientId()).isEqualTo("test");
    assertThat(hello.clientSoftware()).isEqualTo("millrace-java");
  }

  @Test
  void topicsAreCreatedChangedListedAndDeleted() {
    Admin admin = client().admin();
    TopicDescription made =
        admin.createTopic("rides", TopicSpec.partitions(2).setting("retentionTime", "7d"));
    assertThat(made.name()).isEqualTo("rides");
    assertThat(made.createdAt()).isEqualTo(Instant.ofEpochSecond(1));
    assertThat(made.settings()).containsEntry("retentionTime", "7d");
    assertThat(made.partitions())
        .containsExactly(
            new PartitionDescription(0, 0, 0, 0, 0, Optional.empty()),
            new PartitionDescription(1, 0, 0, 0, 0, Optional.empty()));
    CreateTopicRequest asked = broker.requests(CreateTopicRequest.class).get(0);
    assertThat(asked).isEqualTo(new CreateTopicRequest("rides", 2, Map.of("retentionTime", "7d")));

    assertThat(admin.alterTopic("rides", Map.of("retentionTime", "1d"))).isEqualTo(made);
    assertThat(admin.describeTopic("rides")).isEqualTo(made);
    assertThat(admin.listTopics()).containsExactly(made);
    admin.deleteTopic("rides");
    assertThat(admin.listTopics()).isEmpty();
  }

  @Test
  void partitionsAreAdded() {
    broker.topic("rides", 1);
    TopicDescription grown = client().admin().addPartitions("rides", 3);
    assertThat(grown.partitions())
        .extracting(PartitionDescription::partition)
        .containsExactly(0, 1, 2);
    assertThat(client().admin().describeTopic("rides")).isEqualTo(grown);
  }

  @Test
  void growthIsRepeatedOverTheNextConnection() {
    broker.topic("rides", 1);
    client();
    cutAt(AddPartitionsRequest.class);
    assertThat(client().admin().addPartitions("rides", 2).partitions()).hasSize(2);
  }

  @Test
  void eventsAreDeleted() {
    broker.topic("rides", 3);
    produce("rides", 0, 4);
    produce("rides", 2, 2);
    Admin admin = client().admin();

    assertThat(admin.deleteEventsBefore("rides", Map.of(0, 3L, 2, 0L)))
        .isEqualTo(Map.of(0, 3L, 2, 0L));
    assertThat(admin.deleteEventsBefore("rides", Map.of(0, 1L))).isEqualTo(Map.of(0, 3L));
    assertThat(admin.deleteEventsBefore("rides", Map.of())).isEmpty();

    assertThat(admin.describeTopic("rides").partitions())
        .extracting(PartitionDescription::start)
        .containsExactly(3L, 0L, 0L);
    try (Consumer consumer =
        client().consumer("rides").partitions(0).from(StartPosition.earliest()).build()) {
      assertThat(values(take(consumer, 1))).containsExactly("3");
    }
  }

  @Test
  void partitionsThatKeepTheirEventsAreNamed() {
    broker.topic("rides", 3);
    produce("rides", 1, 4);

    MillraceException failure =
        thrownBy(() -> client().admin().deleteEventsBefore("rides", Map.of(0, 5L, 1, 2L, 2, 7L)));

    assertThat(failure.code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    assertThat(failure)
        .hasMessage(
            "2 of 3 partitions have not deleted their events; partition 0: the log ends at 0")
        .isInstanceOfSatisfying(
            EventDeletionException.class,
            e -> {
              assertThat(e.starts()).isEqualTo(Map.of(1, 2L));
              assertThat(e.failures()).containsOnlyKeys(0, 2);
            });
    assertThat(broker.partition("rides", 1).start()).isEqualTo(2);
  }

  @Test
  void eventsOfTheTopicThatWasDescribedAreDeleted() {
    broker.topic("rides", 1);
    produce("rides", 0, 4);
    Admin admin = client().admin();
    TopicDescription described = admin.describeTopic("rides");
    assertThat(admin.deleteEventsBefore(described, Map.of(0, 3L))).isEqualTo(Map.of(0, 3L));

    admin.deleteTopic("rides");
    broker.topic("rides", 1);
    produce("rides", 0, 4);
    assertThat(thrownBy(() -> admin.deleteEventsBefore(described, Map.of(0, 4L))).code())
        .isEqualTo(ErrorCode.UNKNOWN_TOPIC);
    assertThat(broker.partition("rides", 0).start()).isZero();
  }

  @Test
  void aDeletionInManyPartitionsIsSplit() {
    int partitions = 2 * DeleteEventsRequest.MAX_BOUNDS + 1;
    broker.topic("rides", partitions);
    Map<Integer, Long> offsets = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      offsets.put(partition, 0L);
    }
    assertThat(client().admin().deleteEventsBefore("rides", offsets)).isEqualTo(offsets);
    assertThat(broker.requests(DeleteEventsRequest.class))
        .extracting(request -> request.bounds().size())
        .containsExactly(1000, 1000, 1);
  }

  /** The events of the first request are gone, so their results must not be lost. */
  @Test
  void aSplitDeletionThatBreaksOffKeepsTheResultsBeforeIt() {
    int partitions = 2 * DeleteEventsRequest.MAX_BOUNDS + 1;
    broker.topic("rides", partitions);
    Map<Integer, Long> offsets = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      offsets.put(partition, 0L);
    }
    broker.script(
        exchange -> {
          if (broker.requests(DeleteEventsRequest.class).size() == 2) {
            exchange.refuse(ErrorCode.UNKNOWN_TOPIC);
          } else {
            exchange.proceed();
          }
        });
    assertThat(thrownBy(() -> client().admin().deleteEventsBefore("rides", offsets)))
        .isInstanceOfSatisfying(
            EventDeletionException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
              assertThat(e.starts()).hasSize(1000).containsEntry(0, 0L).containsEntry(999, 0L);
              assertThat(e.failures()).hasSize(1001).containsKeys(1000, 2000);
              assertThat(e.failures().get(1000).code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
              assertThat(e).hasCauseInstanceOf(MillraceException.class);
            });
    assertThat(broker.requests(DeleteEventsRequest.class)).hasSize(2);
  }

  /** A later request must not be refused for what is known before the first one. */
  @ParameterizedTest
  @CsvSource({"1, 0, UNKNOWN_PARTITION", "-1, 0, UNKNOWN_PARTITION", "0, -1, INVALID_REQUEST"})
  void aDeletionThatCannotBeMeantIsNotSent(int partition, long offset, ErrorCode code) {
    broker.topic("rides", 1);
    Map<Integer, Long> offsets = Map.of(partition, offset);
    assertThat(thrownBy(() -> client().admin().deleteEventsBefore("rides", offsets)).code())
        .isEqualTo(code);
    assertThat(broker.requests(DeleteEventsRequest.class)).isEmpty();
  }

  /** Retriable means that the same call may succeed; it does not if one failure stays. */
  @Test
  void aDeletionIsRetriableIfAllFailuresAre() {
    Failure later = new Failure(ErrorCode.STORAGE_FAILED, "later");
    Failure never = new Failure(ErrorCode.OFFSET_OUT_OF_RANGE, "never");

    assertThat(new EventDeletionException(Map.of(), Map.of(0, later, 1, later)).retriable())
        .isTrue();
    assertThat(new EventDeletionException(Map.of(), Map.of(0, later, 1, never)).code())
        .isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
  }

  @Test
  void deletionOfEventsIsRepeatedOverTheNextConnection() {
    broker.topic("rides", 1);
    produce("rides", 0, 4);
    cutAt(DeleteEventsRequest.class);
    assertThat(client().admin().deleteEventsBefore("rides", Map.of(0, 2L))).containsEntry(0, 2L);
    assertThat(broker.requests(DeleteEventsRequest.class)).hasSize(2);
  }

  @Test
  void aBrokerThatCannotDeleteEventsIsNamed() {
    broker.topic("rides", 1);
    broker.without(Api.DELETE_EVENTS);
    MillraceException refused =
        thrownBy(() -> client().admin().deleteEventsBefore("rides", Map.of(0, 0L)));
    assertThat(refused.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
    assertThat(refused).hasMessageContaining("DELETE_EVENTS");
  }

  /** Sends events with the values 0, 1 and so on, as one batch. */
  private void produce(String topic, int partition, int count) {
    try (Producer producer = client().producer(topic).build()) {
      for (int i = 0; i < count; i++) {
        producer.send(Event.builder().value(String.valueOf(i)).partition(partition).build());
      }
    }
  }

  @Test
  void theBrokerIsDescribed() {
    broker.topic("rides", 2);
    assertThat(client().admin().describeBroker())
        .isEqualTo(
            new BrokerDescription(
                new UUID(1, 2),
                "fake",
                Instant.ofEpochSecond(1),
                "/data",
                new BrokerDescription.Disk(1L << 30, false),
                1,
                2,
                7,
                1,
                0,
                0,
                List.of()));
    assertThat(client().admin().describeBroker().degraded()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"-1, false", "0, true", "1048575, true", "1048576, false"})
  void aBrokerWithoutSpaceIsDegraded(long usable, boolean full) {
    broker.describesItself(usable, List.of());
    BrokerDescription described = client().admin().describeBroker();
    assertThat(described.disk()).isEqualTo(new BrokerDescription.Disk(usable, full));
    assertThat(described.degraded()).isEqualTo(full);
  }

  @Test
  void aBrokerWithARefusingPartitionIsDegraded() {
    broker.describesItself(
        1L << 30, List.of(new RefusingPartition("rides", 1, ErrorCode.STORAGE_FAILED, "broken")));
    BrokerDescription described = client().admin().describeBroker();
    assertThat(described.degraded()).isTrue();
    assertThat(described.refusals())
        .containsExactly(
            new BrokerDescription.Refusal(
                "rides", 1, new PartitionDescription.Failure(ErrorCode.STORAGE_FAILED, "broken")));
  }

  @Test
  void aBrokerThatIsTooOldIsNamed() {
    broker.without(Api.DESCRIBE_BROKER);
    MillraceException refused = thrownBy(() -> client().admin().describeBroker());
    assertThat(refused.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
    assertThat(refused).hasMessageContaining("DESCRIBE_BROKER");
  }

  @Test
  void olderBrokerListsSourcesWithoutTheirArrival() {
    broker.supports(
        SupportedVersions.of(
            SupportedVersions.ofThisBuild().toList().stream()
                .map(
                    range ->
                        range.api() == Api.LIST_SOURCES.number()
                            ? new ApiVersions(range.api(), 1, 2)
                            : range)
                .toList()));
    broker.topic("rides", 1);
    SourceListing listing = client().admin().listSources("rides");
    assertThat(listing.sources())
        .as("it scans for each request")
        .containsExactly(
            new SourceDescription(
                "a",
                1,
                Instant.EPOCH.plusNanos(1000),
                Instant.EPOCH.plusNanos(1000),
                Optional.empty(),
                Optional.empty()));
    assertThat(listing.asOf()).isEmpty();
    assertThat(listing.positions()).isEmpty();
  }

  @Test
  void sourcesAndOffsetsForTimeAreQueried() {
    broker.topic("rides", 1);
    Instant time = Instant.parse("2026-01-02T03:04:05.000006Z");
    Producer producer = client().producer("rides").build();
    get(producer.send(Event.builder().value("a").timestamp(time.minusMillis(1)).build()));
    get(producer.send(Event.builder().value("b").timestamp(time).build()));

    assertThat(client().admin().offsetForTime("rides", 0, time)).isEqualTo(1);
    SourceListing listing = client().admin().listSources("rides");
    assertThat(listing.sources())
        .containsExactly(
            new SourceDescription(
                "a",
                2,
                Instant.EPOCH.plusNanos(1000),
                Instant.EPOCH.plusNanos(3_000_001_000L),
                Optional.of(
                    new SourceDescription.Arrival(
                        Instant.EPOCH.plusSeconds(4),
                        1.5,
                        Duration.ofNanos(-20_000),
                        Duration.ofNanos(7_000))),
                Optional.of(new SourceDescription.Numbering(9, 5, 1))));
    assertThat(listing.otherEvents()).isEqualTo(3);
    assertThat(listing.asOf()).contains(Instant.EPOCH.plusSeconds(5));
    assertThat(listing.positions()).containsExactly(4L, 2L);

    SourceDescription exact = client().admin().listSourcesExactly("rides").sources().get(0);
    assertThat(exact.events()).isEqualTo(1);
    assertThat(exact.numbering()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE"})
  void everyRefusalKeepsItsCodeAndItsMessage(ErrorCode code) {
    client();
    refuse(ListTopicsRequest.class, code, 1);
    MillraceException refusal = thrownBy(() -> client().admin().listTopics());
    assertThat(refusal.code()).isEqualTo(code);
    assertThat(refusal.retriable()).isEqualTo(code.retriable());
    assertThat(refusal).hasMessage("scripted " + code);
    assertThat(refusal.toString()).contains(code.name());
  }

  @Test
  void queryIsRepeatedOverTheNextConnection() {
    broker.topic("rides", 1);
    client();
    cutAt(DescribeTopicRequest.class);
    assertThat(client().admin().describeTopic("rides").name()).isEqualTo("rides");
    assertThat(broker.sessions()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void changeThatCannotBeRepeatedSaysThatItsOutcomeIsUnknown(boolean create) {
    client();
    cutAt(create ? CreateTopicRequest.class : DeleteTopicRequest.class);
    MillraceException failure =
        thrownBy(
            () -> {
              if (create) {
                client().admin().createTopic("rides", TopicSpec.defaults());
              } else {
                client().admin().deleteTopic("rides");
              }
            });
    assertThat(failure.code()).isEqualTo(ErrorCode.CONNECTION_LOST);
    assertThat(failure).hasMessageContaining("unknown");
  }

  @Test
  void requestThatIsNotAnsweredTimesOut() {
    broker.script(
        exchange -> {
          if (!(exchange.request() instanceof ListTopicsRequest)) {
            exchange.proceed();
          }
        });
    try (MillraceClient client = builder().requestTimeout(Duration.ofMillis(50)).build()) {
      MillraceException failure = thrownBy(() -> client.admin().listTopics());
      assertThat(failure.code()).isEqualTo(ErrorCode.REQUEST_TIMEOUT);
      assertThat(failure).hasMessageContaining("LIST_TOPICS within 50ms");
      // The connection still works. On a busy machine, an answer takes longer than the timeout.
      ErrorCode answer;
      do {
        answer = thrownBy(() -> client.admin().describeTopic("nowhere")).code();
      } while (answer == ErrorCode.REQUEST_TIMEOUT);
      assertThat(answer).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
      assertThat(broker.sessions()).hasSize(1);
    }
  }

  @Test
  void requestToAStoppedBrokerReportsTheReason() {
    try (MillraceClient client = builder().requestTimeout(Duration.ofSeconds(1)).build()) {
      broker.stop();
      MillraceException failure = thrownBy(() -> client.admin().listTopics());
      for (int i = 0; i < 60 && !failure.getMessage().contains("Connection refused"); i++) {
        // A busy machine needs more than the timeout for an attempt to connect.
        failure = thrownBy(() -> client.admin().listTopics());
      }
      assertThat(failure.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
      assertThat(failure).hasMessageContaining("Connection refused");
    }
  }

  @Test
  void retriableGoAwayIsFollowedByANewConnection() throws Exception {
    client();
    BlockingQueue<Exchange> held = broker.hold(ListTopicsRequest.class);
    CompletableFuture<List<TopicDescription>> answer =
        CompletableFuture.supplyAsync(() -> client().admin().listTopics());
    Exchange asked = next(held);
    asked.session().goAway(ErrorCode.SHUTTING_DOWN);
    asked.proceed();
    assertThat(get(answer)).isEmpty();

    broker.script(Exchange::proceed);
    assertThat(client().admin().listTopics()).isEmpty();
    assertThat(broker.sessions()).hasSize(2);
  }

  @Test
  void requestThatALeavingBrokerRefusesIsSentOverTheNextConnection() throws Exception {
    client();
    BlockingQueue<Exchange> held = broker.hold(CreateTopicRequest.class);
    CompletableFuture<TopicDescription> answer =
        CompletableFuture.supplyAsync(
            () -> client().admin().createTopic("rides", TopicSpec.defaults()));
    Exchange asked = next(held);
    asked.session().goAway(ErrorCode.SHUTTING_DOWN);
    asked.refuse(ErrorCode.SHUTTING_DOWN);
    next(held).proceed();
    assertThat(get(answer).name()).isEqualTo("rides");
  }

  @Test
  void responseOfAnotherApiBreaksTheProtocol() {
    client();
    broker.script(
        exchange -> {
          if (exchange.request() instanceof ListTopicsRequest) {
            exchange.answerAs(Api.DESCRIBE_TOPIC, new ErrorResponse(ErrorCode.INTERNAL, "odd"));
          } else {
            exchange.proceed();
          }
        });
    MillraceException failure = thrownBy(() -> client().admin().listTopics());
    assertThat(failure.code()).isEqualTo(ErrorCode.MALFORMED_FRAME);
    assertThat(failure).hasMessageContaining("LIST_TOPICS was answered by api number 6");
  }

  @Test
  void finalGoAwayEndsTheClient() {
    broker.topic("rides", 1);
    Producer producer = client().producer("rides").build();
    Consumer consumer = client().consumer("rides").build();
    broker.session().goAway(ErrorCode.MALFORMED_FRAME);
    broker.session().cut();

    assertThat(thrownBy(() -> consumer.poll(LONG)).code()).isEqualTo(ErrorCode.MALFORMED_FRAME);
    assertThat(thrownBy(() -> client().admin().listTopics()).code())
        .isEqualTo(ErrorCode.MALFORMED_FRAME);
    assertThat(thrownBy(() -> producer.send(Event.of("a"))).code())
        .isEqualTo(ErrorCode.MALFORMED_FRAME);
  }

  @Test
  void pingsKeepTheConnectionOpen() throws Exception {
    broker.idleTimeoutMs(30);
    BlockingQueue<Exchange> pings = broker.hold(PingRequest.class);
    client();
    for (int i = 0; i < 3; i++) {
      next(pings).proceed();
    }
    assertThat(broker.sessions()).hasSize(1);
  }

  @Test
  void unansweredPingLeadsToANewConnection() throws Exception {
    broker.idleTimeoutMs(30);
    BlockingQueue<Exchange> pings = broker.hold(PingRequest.class);
    try (MillraceClient client = builder().requestTimeout(Duration.ofMillis(50)).build()) {
      Exchange first = next(pings);
      Exchange second = next(pings);
      assertThat(second.session()).isNotSameAs(first.session());
      broker.script(Exchange::proceed);
      assertThat(answer(client.admin()::listTopics)).isEmpty();
    }
  }

  /** Repeats a request whose timeout is shorter than a busy machine needs for the answer. */
  private static <T> T answer(Supplier<T> request) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (true) {
      try {
        return request.get();
      } catch (MillraceException e) {
        assertThat(e.code()).isIn(ErrorCode.REQUEST_TIMEOUT, ErrorCode.SERVER_UNREACHABLE);
        assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(deadline);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0b 00 00 00 02 01 ff 7f 00 00 00 00 01 02 03", // a push with api number 32,767
        "0b 00 00 00 02 7f 40 00 00 00 00 00 01 02 03", // DELIVER, version 127
        "0b 00 00 00 01 01 ff 7f 99 00 00 00 00 00 01", // an answer to what was not asked
        "0b 00 00 00 01 01 05 00 99 00 00 00 00 00 01" // one that does not fit its api, either
      })
  void unknownFramesAreIgnored(String frame) {
    client();
    broker.session().write(HexFormat.ofDelimiter(" ").parseHex(frame));
    // A response may arrive in the same piece as the invalid frame, and be read before it.
    assertThat(client().admin().listTopics()).isEmpty();
    assertThat(client().admin().listTopics()).isEmpty();
    assertThat(broker.sessions()).hasSize(1);
  }

  @Test
  void invalidBytesFromTheBrokerBreakTheConnectionOnly() {
    client();
    broker.session().write(new byte[] {1, 0, 0, 0, 9, 9, 9, 9});
    assertThat(client().admin().listTopics()).isEmpty();
  }

  @Test
  void closedClientLeavesNoThreads() {
    broker.topic("rides", 2);
    MillraceClient client = builder().clientId("leak-check").build();
    Producer producer = client.producer("rides").build();
    Consumer consumer = client.consumer("rides").from(StartPosition.earliest()).build();
    producer.send(Event.of("a"));
    take(consumer, 1);
    List<Thread> threads = threads("leak-check");
    assertThat(threads).hasSize(1);
    client.close();
    client.close();

    assertThat(threads).allMatch(BrokerTest::ends);
    assertThat(thrownBy(() -> client.admin().listTopics()).code()).isEqualTo(ErrorCode.CLOSED);
    assertThat(thrownBy(() -> client.consumer("rides").build()).code()).isEqualTo(ErrorCode.CLOSED);
    producer.close();
    consumer.close();
  }

  @Test
  void clientThatCannotConnectLeavesNoThreads() {
    broker.stop();
    thrownBy(() -> builder().clientId("leak-check-2").build());
    assertThat(threads("leak-check-2")).allMatch(BrokerTest::ends);
  }

  @Test
  void blockingCallOnTheEventLoopIsRefused() {
    broker.topic("rides", 1);
    Producer producer = client().producer("rides").build();
    CompletableFuture<List<TopicDescription>> inCallback;
    // While the test holds the broker's monitor, no receipt arrives before the callback is added.
    synchronized (broker) {
      inCallback = producer.send(Event.of("a")).thenApply(receipt -> client().admin().listTopics());
    }
    assertThatIllegalStateException()
        .isThrownBy(
            () -> {
              try {
                inCallback.join();
              } catch (java.util.concurrent.CompletionException e) {
                throw (IllegalStateException) e.getCause();
              }
            });
  }

  @Test
  void changeThatIsRefusedOnTheEventLoopIsNotSent() {
    broker.topic("rides", 1);
    Producer producer = client().producer("rides").build();
    CompletableFuture<Void> inCallback;
    synchronized (broker) {
      inCallback =
          producer.send(Event.of("a")).thenAccept(receipt -> client().admin().deleteTopic("rides"));
    }
    assertThatThrownBy(inCallback::join).hasCauseInstanceOf(IllegalStateException.class);
    // A request of the refused call would have arrived before this one.
    assertThat(client().admin().listTopics()).hasSize(1);
    assertThat(broker.requests(DeleteTopicRequest.class)).isEmpty();
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    MillraceClient.Builder builder = MillraceClient.builder();
    assertThatIllegalArgumentException().isThrownBy(() -> builder.server("host:0"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.clientId(""));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.clientId("ä".repeat(128)));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.connectTimeout(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.requestTimeout(Duration.ofDays(25)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.reconnectBackoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
  }
}
