package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.LagReason;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.DescribeGroupRequest;
import io.millrace.protocol.wire.DescribeGroupResponse;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.EventAttempts;
import io.millrace.protocol.wire.GroupAssignment;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.GroupBeatResponse;
import io.millrace.protocol.wire.GroupPartitionInfo;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.JoinGroupResponse;
import io.millrace.protocol.wire.OpenQueueRequest;
import io.millrace.protocol.wire.OpenQueueResponse;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.QueueSettingsInfo;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.TakeRequest;
import io.millrace.protocol.wire.TakeResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Quotas of what clients read, over the wire. As {@link QuotaTest}, the tests wait together. */
@ExtendWith(NoLeaks.class)
@Execution(ExecutionMode.CONCURRENT)
class ReadQuotaTest {

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;
  private static final int BATCHES = 64;

  private MillraceServer server;
  private WireClient other;
  private TopicInfo topic;

  @BeforeEach
  void start() {
    server =
        TestServers.start(
            Map.of(
                "quotas.client.slow.readBytesPerSecond", "1KiB",
                "quotas.client.megabyte.readBytesPerSecond", "1MiB"));
    other = client("other");
    topic = other.ask(new CreateTopicRequest("rides", 2, Map.of()), TopicResponse.class).topic();
    for (int i = 0; i < BATCHES; i++) {
      other.answerTo(
          other.produce(
              topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", "x".repeat(64 * KIB))),
          ProduceResponse.class);
    }
  }

  @AfterEach
  void stop() {
    other.close();
    server.close();
  }

  private WireClient client(String name) {
    return WireClient.named(name, server.port());
  }

  private SubscribeRequest subscribe(String group, String member, long epoch) {
    return new SubscribeRequest(
        7,
        topic.id(),
        0,
        StartKind.EARLIEST,
        0,
        IsolationLevel.DURABLE,
        64 * MIB,
        List.of(),
        "",
        group,
        member,
        epoch);
  }

  private void subscribe(WireClient client) {
    client.answerTo(client.send(2, subscribe("", "", 0)), SubscribeResponse.class);
  }

  /** Reads all batches, and checks that they come in order, each once. */
  private static void readAll(WireClient client) {
    long next = 0;
    while (next < BATCHES) {
      ByteBuffer batches = client.push(DeliverPush.class).batches().nioBuffer();
      batches.order(ByteOrder.LITTLE_ENDIAN);
      for (int at = 0; at < batches.limit(); at += BatchHeader.length(batches, at)) {
        assertThat(BatchHeader.baseOffset(batches, at)).isEqualTo(next++);
      }
    }
  }

  /** Time that the machine loses makes the run longer, and never shorter. */
  @Test
  void aReaderGetsItsRateAndOneBurst() {
    try (WireClient client = client("megabyte")) {
      long start = System.nanoTime();
      subscribe(client);
      readAll(client);
      // 4 MiB: 1 MiB is the burst, and nobody waits for the last delivery of up to 256 KiB.
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(2_700);
    }
    String labels = "{direction=\"read\",kind=\"client\",name=\"megabyte\"}";
    assertThat(Metrics.value(server, "millrace_quota_bytes_total" + labels))
        .isBetween(4.0 * MIB, 4.1 * MIB);
    assertThat(Metrics.value(server, "millrace_quota_throttled_seconds_total" + labels))
        .isBetween(1.0, 3.1);
  }

  @Test
  void anotherReaderIsNotDelayedMeanwhile() {
    try (WireClient slow = client("slow")) {
      subscribe(slow);
      slow.push(DeliverPush.class);
      subscribe(other);
      readAll(other);
    }
    assertThat(Metrics.get(server, "/metrics").body()).doesNotContain("name=\"other\"");
  }

  @Test
  void theConnectionsOfAClientShareItsQuotaAndAnswerEverythingElse() {
    try (WireClient first = client("slow");
        WireClient second = client("slow")) {
      subscribe(first);
      first.push(DeliverPush.class);
      subscribe(second);
      for (int i = 0; i < 50; i++) {
        // ask takes no DELIVER
        second.ask(new PingRequest(), EmptyResponse.class);
        second.ask(new DescribeTopicRequest("rides"), TopicResponse.class);
      }
    }
  }

  @Test
  void aConsumerOfAQueueGetsItsRateAndOneBurst() {
    try (WireClient client = client("megabyte")) {
      client.ask(
          new OpenQueueRequest(
              1, "workers", "rides", new UUID(1, 2), -1, QueueSettingsInfo.AS_THE_QUEUE),
          OpenQueueResponse.class);
      long start = System.nanoTime();
      int taken = 0;
      while (taken < BATCHES) {
        TakeResponse answer =
            client.ask(new TakeRequest(1, 4, 256 * KIB, 60_000_000), TakeResponse.class);
        taken += answer.attempts().stream().mapToInt(EventAttempts::count).sum();
      }
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(2_700);
    }
  }

  @Test
  void aGroupThatLagsBecauseOfAQuotaSaysSo() {
    try (WireClient slow = client("slow")) {
      JoinGroupRequest join =
          new JoinGroupRequest(
              "billing",
              "m1",
              "",
              60_000_000,
              0,
              GroupAssignor.AS_THE_GROUP,
              new GroupSubscription(1, List.of("rides"), ""));
      GroupAssignment assignment = slow.ask(join, JoinGroupResponse.class).assignment();
      slow.answerTo(
          slow.send(2, subscribe("billing", "m1", assignment.epoch())), SubscribeResponse.class);
      slow.push(DeliverPush.class);
      slow.ask(
          new GroupBeatRequest(
              "billing",
              "m1",
              assignment.epoch(),
              "",
              assignment.assigned(),
              -1,
              0,
              GroupSubscription.UNCHANGED),
          GroupBeatResponse.class);
      Awaitility.await()
          .atMost(120, TimeUnit.SECONDS)
          .untilAsserted(() -> assertThat(lag().reason()).isEqualTo(LagReason.QUOTA));
      assertThat(lag().reasonText()).contains("read quota", "'m1'");
    }
  }

  private GroupPartitionInfo lag() {
    return other
        .ask(new DescribeGroupRequest("billing"), DescribeGroupResponse.class)
        .partitions()
        .get(0);
  }
}
