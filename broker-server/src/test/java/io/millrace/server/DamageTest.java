package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.ListDamageRequest;
import io.millrace.protocol.wire.ListDamageResponse;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.SubscriptionEndedPush;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A durable batch that the disk has damaged, as users see it. */
@ExtendWith(NoLeaks.class)
class DamageTest {

  @TempDir Path directory;

  @Test
  void theRangeIsNamedAndEverythingElseServed() throws IOException {
    TopicInfo topic = produceThreeBatches();
    damageTheSecondBatch(topic);
    try (MillraceServer server = start();
        WireClient client = WireClient.hello(server.port())) {
      assertThat(Metrics.get(server, "/health/ready").body())
          .contains("\"status\":\"ready\"")
          .contains(
              "{\"topic\":\"t\",\"partition\":0,\"firstOffset\":1,\"endOffset\":2,\"reason\":\"");
      assertThat(
              Metrics.value(
                  server, "millrace_partition_damaged_ranges{partition=\"0\",topic=\"t\"}"))
          .isEqualTo(1);

      assertThat(Metrics.get(server, "/recovery").body())
          .contains("\"topic\":\"t\",\"partition\":0,\"clean\":false,\"checkedBatches\":2,")
          .contains(
              "\"case\":\"DAMAGE_BELOW_SYNCED\",\"outcome\":\"quarantined\",\"message\":\"offsets 1 to 1")
          .contains("\"damage\":[{\"firstOffset\":1,\"endOffset\":2,\"reason\":\"")
          .contains("\"partitionsTotal\":1");

      for (String name : List.of("", "t")) {
        assertThat(client.ask(new ListDamageRequest(name, -1, 1), ListDamageResponse.class))
            .satisfies(damage -> assertThat(damage.total()).isEqualTo(1))
            .extracting(damage -> damage.ranges().get(0).endOffset())
            .isEqualTo(2L);
      }
      assertThat(client.ask(new ListDamageRequest("t", 0, 2), ListDamageResponse.class).ranges())
          .isEmpty();
      assertThat(client.refusalOf(new ListDamageRequest("t", 1, 0)).code())
          .isEqualTo(ErrorCode.UNKNOWN_PARTITION);

      client.ask(subscribe(1, topic, 0), SubscribeResponse.class);
      assertThat(client.push(DeliverPush.class).nextOffset()).isEqualTo(1);
      SubscriptionEndedPush ended = client.push(SubscriptionEndedPush.class);
      assertThat(ended.code()).isEqualTo(ErrorCode.CORRUPT_LOG);
      assertThat(ended.message()).contains("offsets 1 to 1 ").contains("from offset 2 to continue");

      client.ask(subscribe(2, topic, 2), SubscribeResponse.class);
      assertThat(client.push(DeliverPush.class).nextOffset()).isEqualTo(3);
      produce(client, topic, "d");
      assertThat(client.push(DeliverPush.class).nextOffset()).isEqualTo(4);
    }
  }

  @Test
  void damageThatNobodyReadsIsFoundAfterTheStart() throws IOException {
    TopicInfo topic = produceThreeBatches();
    long bytes = damageTheSecondBatch(logOf(topic));
    try (MillraceServer server = start()) {
      String ranges = "millrace_partition_damaged_ranges{partition=\"0\",topic=\"t\"}";
      await()
          .atMost(120, TimeUnit.SECONDS)
          .untilAsserted(() -> assertThat(Metrics.value(server, ranges)).isEqualTo(1));
      await()
          .atMost(120, TimeUnit.SECONDS)
          .untilAsserted(
              () ->
                  assertThat(Metrics.value(server, "millrace_storage_unverified_bytes")).isZero());
      assertThat(Metrics.value(server, "millrace_storage_verified_bytes_total")).isEqualTo(bytes);
      assertThat(Metrics.get(server, "/health/ready").body())
          .contains(
              "{\"topic\":\"t\",\"partition\":0,\"firstOffset\":1,\"endOffset\":2,\"reason\":\"");
    }
  }

  private TopicInfo produceThreeBatches() {
    try (MillraceServer server = start();
        WireClient client = WireClient.hello(server.port())) {
      TopicInfo topic =
          client.ask(new CreateTopicRequest("t", 1, Map.of()), TopicResponse.class).topic();
      produce(client, topic, "a");
      produce(client, topic, "b");
      produce(client, topic, "c");
      return topic;
    }
  }

  private static void produce(WireClient client, TopicInfo topic, String value) {
    int sent = client.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", value));
    client.answerTo(sent, ProduceResponse.class);
  }

  private Path logOf(TopicInfo topic) {
    return directory.resolve("logs").resolve(topic.id() + "-0");
  }

  /**
   * Damages a batch as after a crash: without the mark of a log that was closed cleanly, and
   * without a checkpoint.
   */
  private void damageTheSecondBatch(TopicInfo topic) throws IOException {
    Path log = logOf(topic);
    Files.deleteIfExists(log.resolve("closed"));
    Files.deleteIfExists(log.resolve("checkpoint"));
    Files.deleteIfExists(log.resolve("checkpoint.copy"));
    damageTheSecondBatch(log);
  }

  /** The bytes of the three batches. */
  private static long damageTheSecondBatch(Path log) throws IOException {
    try (FileChannel segment =
        FileChannel.open(
            log.resolve("00000000000000000000.log"),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      segment.read(length, 64);
      int inSecond = 64 + length.getInt(0) + 110;
      ByteBuffer one = ByteBuffer.allocate(1);
      segment.read(one, inSecond);
      one.put(0, (byte) ~one.get(0)).flip();
      segment.write(one, inSecond);
      return 3L * length.getInt(0);
    }
  }

  private static SubscribeRequest subscribe(int id, TopicInfo topic, long offset) {
    return new SubscribeRequest(
        id, topic.id(), 0, StartKind.OFFSET, offset, IsolationLevel.DURABLE, 1 << 20, List.of());
  }

  private MillraceServer start() {
    return TestServers.start("mapped", directory, Map.of());
  }
}
