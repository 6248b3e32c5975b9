package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.GroupBeatResponse;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.JoinGroupResponse;
import io.millrace.protocol.wire.OpenProducerRequest;
import io.millrace.protocol.wire.OpenProducerResponse;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.ThrottledPush;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Quotas of what clients and sources produce, over the wire. Most of the time of these tests is
 * that of answers that are held. So they run at the same time, each with its own server.
 */
@ExtendWith(NoLeaks.class)
@Execution(ExecutionMode.CONCURRENT)
class QuotaTest {

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  /** With it, one batch of this test delays its answers for longer than any hold. */
  private static final Map<String, String> SLOW =
      Map.of(
          "quotas.client.slow.produceBytesPerSecond", "1KiB",
          "quotas.client.megabyte.produceBytesPerSecond", "1MiB",
          "quotas.source.loud.produceBytesPerSecond", "1KiB",
          "connections.drainTimeout", "1h"); // a stop that waits for it fails the test

  private MillraceServer server;
  private WireClient other;
  private TopicInfo topic;

  @BeforeEach
  void start() {
    server = TestServers.start(SLOW);
    other = WireClient.named("other", server.port());
    topic = other.ask(new CreateTopicRequest("rides", 4, Map.of()), TopicResponse.class).topic();
  }

  @AfterEach
  void stop() {
    other.close();
    server.close();
  }

  private WireClient client(String name) {
    return WireClient.named(name, server.port());
  }

  private static ByteBuffer batch(String source, int bytes) {
    return TestServers.batch(source, "x".repeat(bytes));
  }

  private int produce(WireClient client, String source, int bytes) {
    return client.produce(topic.id(), 0, AckLevel.SYNCED, batch(source, bytes));
  }

  /** The next response, over any THROTTLED pushes. */
  private static WireClient.Received response(WireClient client) {
    WireClient.Received received = client.receive();
    while (received.push() instanceof ThrottledPush) {
      received = client.receive();
    }
    return received;
  }

  private long endOffset(int partition) {
    return other
        .ask(new DescribeTopicRequest("rides"), TopicResponse.class)
        .topic()
        .partitions()
        .get(partition)
        .end();
  }

  private double metric(String name, String subject, String kind) {
    return Metrics.value(
        server, name + "{direction=\"produce\",kind=\"" + kind + "\",name=\"" + subject + "\"}");
  }

  /** Time that the machine loses makes the run longer, and never shorter. */
  @Test
  void aProducerGetsItsRateAndOneBurst() {
    try (WireClient client = client("megabyte")) {
      long start = System.nanoTime();
      for (int i = 0; i < 16; i++) {
        int id = produce(client, "s", 256 * KIB);
        WireClient.Received answer = response(client);
        assertThat(answer.correlationId()).isEqualTo(id);
        assertThat(((ProduceResponse) answer.response()).baseOffset()).isEqualTo(i);
      }
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      assertThat(millis).isGreaterThanOrEqualTo(2_990); // 4 MiB, of which 1 MiB is the burst
    }
    assertThat(metric("millrace_quota_bytes_total", "megabyte", "client"))
        .isBetween(4.0 * MIB, 4.1 * MIB);
    assertThat(metric("millrace_quota_throttled_seconds_total", "megabyte", "client"))
        .isBetween(1.0, 3.1);
    assertThat(metric("millrace_quota_bytes_per_second", "megabyte", "client")).isEqualTo(MIB);
  }

  @Test
  void theBatchIsStoredAtOnceAndTheClientIsNotified() {
    try (WireClient client = client("slow")) {
      produce(client, "s", 64 * KIB);
      ThrottledPush push = client.push(ThrottledPush.class);
      assertThat(push.kind()).isEqualTo("client");
      assertThat(push.name()).isEqualTo("slow");
      assertThat(push.bytesPerSecond()).isEqualTo(KIB);
      assertThat(push.delayMs()).isBetween(59_000, 61_000);
      assertThat(push.stopSending()).isTrue();
      client.ask(new PingRequest(), EmptyResponse.class);
      // The answer to the ping came before that to the batch, whose hold is 5 s. It is stored.
      awaitEnd(0, 1);
    }
  }

  private void awaitEnd(int partition, long offset) {
    Awaitility.await().atMost(120, TimeUnit.SECONDS).until(() -> endOffset(partition) >= offset);
  }

  @Test
  void pingsBeatsAndOtherRequestsAreAnsweredBeforeTheHeldAnswer() {
    try (WireClient client = client("slow")) {
      JoinGroupRequest join =
          new JoinGroupRequest(
              "billing",
              "m1",
              "",
              60_000_000,
              0,
              GroupAssignor.AS_THE_GROUP,
              new GroupSubscription(1, List.of("rides"), ""));
      long epoch = client.ask(join, JoinGroupResponse.class).assignment().epoch();
      int held = produce(client, "s", 64 * KIB);
      client.push(ThrottledPush.class);
      client.ask(new PingRequest(), EmptyResponse.class);
      client.ask(
          new GroupBeatRequest(
              "billing", "m1", epoch, "", List.of(), -1, 0, GroupSubscription.UNCHANGED),
          GroupBeatResponse.class);
      client.ask(new DescribeTopicRequest("rides"), TopicResponse.class);
      assertThat(client.answerTo(held, ProduceResponse.class).baseOffset()).isZero();
    }
  }

  @Test
  void anotherClientIsNotDelayed() {
    try (WireClient client = client("slow")) {
      produce(client, "s", 64 * KIB);
      client.push(ThrottledPush.class);
      for (int i = 0; i < 50; i++) {
        // answerTo takes no push, so this client got no THROTTLED
        other.answerTo(
            other.produce(topic.id(), 1, AckLevel.SYNCED, batch("s", 64 * KIB)),
            ProduceResponse.class);
      }
    }
    assertThat(Metrics.get(server, "/metrics").body()).doesNotContain("name=\"other\"");
  }

  @Test
  void theConnectionsOfAClientShareItsQuota() {
    try (WireClient first = client("slow");
        WireClient second = client("slow")) {
      produce(first, "s", 64 * KIB);
      first.push(ThrottledPush.class);
      produce(second, "s", 1);
      assertThat(second.push(ThrottledPush.class).name()).isEqualTo("slow");
    }
  }

  @Test
  void whoWantsNoAckCountsToo() {
    try (WireClient client = client("slow")) {
      client.produce(topic.id(), 0, AckLevel.NONE, batch("s", 64 * KIB));
      client.push(ThrottledPush.class);
      client.ask(new PingRequest(), EmptyResponse.class);
      awaitEnd(0, 1);
    }
  }

  @Test
  void aRefusalIsNotDelayed() {
    try (WireClient client = client("slow")) {
      produce(client, "s", 64 * KIB);
      client.push(ThrottledPush.class);
      ByteBuffer forged = batch("s", 100);
      forged.put(forged.limit() - 1, (byte) ~forged.get(forged.limit() - 1));
      int id = client.produce(topic.id(), 0, AckLevel.SYNCED, forged);
      WireClient.Received refusal = response(client);
      assertThat(refusal.correlationId()).isEqualTo(id);
      assertThat(((ErrorResponse) refusal.response()).code()).isEqualTo(ErrorCode.CORRUPT_BATCH);
    }
  }

  /** A client has to know of each source whose batches are delayed. */
  @Test
  void eachSourceIsAnnouncedOnce() {
    Map<String, String> quotas =
        Map.of(
            "quotas.source.loud.produceBytesPerSecond", "1KiB",
            "quotas.source.louder.produceBytesPerSecond", "1KiB",
            "quotas.source.last.produceBytesPerSecond", "1KiB");
    try (MillraceServer two = TestServers.start(quotas);
        WireClient client = WireClient.named("other", two.port())) {
      CreateTopicRequest create = new CreateTopicRequest("rides", 1, Map.of());
      UUID rides = client.ask(create, TopicResponse.class).topic().id();
      client.produce(rides, 0, AckLevel.SYNCED, batch("loud", 64 * KIB));
      assertThat(client.push(ThrottledPush.class).name()).isEqualTo("loud");
      client.produce(rides, 0, AckLevel.SYNCED, batch("louder", 8 * KIB)); // a shorter delay
      assertThat(client.push(ThrottledPush.class).name()).isEqualTo("louder");

      client.produce(rides, 0, AckLevel.SYNCED, batch("loud", 1)); // known
      client.produce(rides, 0, AckLevel.SYNCED, batch("louder", 1));
      client.produce(rides, 0, AckLevel.SYNCED, batch("last", 8 * KIB));
      assertThat(client.push(ThrottledPush.class).name()).isEqualTo("last");
    }
  }

  @Test
  void aSourceHasAQuotaOfItsOwn() {
    int loud = produce(other, "loud", 64 * KIB);
    ThrottledPush push = other.push(ThrottledPush.class);
    assertThat(push.kind()).isEqualTo("source");
    assertThat(push.name()).isEqualTo("loud");
    assertThat(push.stopSending()).isFalse();
    int quiet = produce(other, "quiet", 64 * KIB);
    other.answerTo(quiet, ProduceResponse.class);
    other.answerTo(loud, ProduceResponse.class);
    assertThat(metric("millrace_quota_bytes_total", "loud", "source"))
        .isBetween(64.0 * KIB, 65.0 * KIB);
  }

  /**
   * More than the connection may have unanswered, so that the broker stops reading: 8 MiB of 12 MiB
   * are held for 5 s, then the others.
   */
  @Test
  void aClientThatSendsOnIsSlowedDownAndLosesNothing() {
    int batches = 24;
    long start = System.nanoTime();
    try (WireClient client = client("slow")) {
      Set<Integer> open = new HashSet<>();
      for (int i = 0; i < batches; i++) {
        open.add(produce(client, "s", 512 * KIB));
      }
      int ping = client.send(new PingRequest());
      open.add(ping);
      while (!open.isEmpty()) {
        WireClient.Received answer = response(client);
        assertThat(answer.response()).isNotInstanceOf(ErrorResponse.class);
        assertThat(open.remove(answer.correlationId())).isTrue();
      }
    }
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(10));
    assertThat(endOffset(0)).isEqualTo(batches);
  }

  @Test
  void aKilledClientThatRepeatsItsBatchesStoresThemOnce() {
    OpenProducerResponse producer =
        other.ask(new OpenProducerRequest(), OpenProducerResponse.class);
    ProducerSecret secret = producer.producerSecret();
    try (WireClient client = client("slow")) {
      for (int i = 0; i < 3; i++) {
        client.produce(topic.id(), 0, AckLevel.SYNCED, secret, idempotent(producer, i));
      }
      client.push(ThrottledPush.class);
      awaitEnd(0, 3);
    }
    try (WireClient client = client("slow")) {
      Set<Long> offsets = new HashSet<>();
      for (int i = 0; i < 4; i++) {
        client.produce(topic.id(), 0, AckLevel.SYNCED, secret, idempotent(producer, i));
      }
      for (int i = 0; i < 4; i++) {
        offsets.add(((ProduceResponse) response(client).response()).baseOffset());
      }
      assertThat(offsets).containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
    }
    assertThat(endOffset(0)).isEqualTo(4);
    Metrics.await(
        server, "millrace_memory_reserved_bytes{use=\"requests\"}", value -> value < 100_000);
    // three accounts, and no answer of a connection that is closed
    Metrics.await(server, "millrace_memory_reserved_bytes{use=\"quotas\"}", value -> value < 1_500);
  }

  private static ByteBuffer idempotent(OpenProducerResponse producer, int sequence) {
    return TestServers.batch(producer.producerId(), sequence, "s", "x".repeat(64 * KIB));
  }

  @Test
  void anOrderlyStopSendsTheHeldAnswersAtOnce() throws InterruptedException {
    try (WireClient client = client("slow")) {
      Set<Integer> open = new HashSet<>();
      for (int i = 0; i < 5; i++) {
        open.add(produce(client, "s", 64 * KIB));
      }
      client.push(ThrottledPush.class);
      awaitEnd(0, 5);
      Thread stop = new Thread(server::close);
      stop.start();
      WireClient.Received next = response(client);
      while (!open.isEmpty()) {
        if (next.push() instanceof GoAwayPush goAway) {
          assertThat(goAway.code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
        } else {
          assertThat(next.response()).isInstanceOf(ProduceResponse.class);
          assertThat(open.remove(next.correlationId())).isTrue();
        }
        next = open.isEmpty() ? null : response(client);
      }
      stop.join(TestServers.LIMIT.toMillis());
      assertThat(stop.isAlive()).isFalse();
    }
  }
}
