package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import io.netty.util.ResourceLeakDetector;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A client that does not read its answers uses limited memory, for a limited time. */
@ExtendWith(NoLeaks.class)
@Timeout(300)
class SlowClientTest {

  private static final String SENT_AWAY = "millrace_connections_sent_away_total";
  private static final String UNSENT = "millrace_connections_unsent_bytes";
  private static final String DROPPED = SENT_AWAY + "{reason=\"SLOW_READER\"}";

  /**
   * An upper bound of the bytes that the kernel and the broker keep for one loopback connection.
   */
  private static final int MOST_BYTES_ON_THE_WAY = 16 << 20;

  /** The four lists that can be in flight, of 10 kB each. */
  private static final int MOST_BYTES_UNSENT = 4 * 10_000;

  @TempDir Path directory;

  @Test
  void aSubscriberThatStopsReadingIsDroppedWithBoundedMemory() {
    try (MillraceServer server =
            TestServers.start(
                "mapped", directory, Map.of("connections.writeStallTimeout", "300ms"));
        WireClient producer = WireClient.hello(server.port());
        WireClient reader = WireClient.helloWithSmallWindow(server.port())) {
      TopicInfo topic = topic(producer);
      ByteBuffer batch = TestServers.batch("s", "x".repeat(500_000));
      for (int i = 0; i < 100; i++) {
        int sent = producer.produce(topic.id(), 0, AckLevel.STORED, batch.duplicate());
        producer.answerTo(sent, ProduceResponse.class);
      }
      reader.ask(subscribe(topic, 1L << 30), SubscribeResponse.class);

      Metrics.await(server, DROPPED, dropped -> dropped == 1);

      assertThat(Metrics.value(server, "millrace_topic_bytes_out_total{topic=\"t\"}"))
          .isLessThan(MOST_BYTES_ON_THE_WAY);
      Metrics.await(server, "millrace_connections", open -> open == 1);
    }
  }

  @Test
  void aClientThatOnlyAsksIsNotReadFromAndThenDropped() {
    // The leak detection makes the broker too slow for this test.
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
    try (MillraceServer server = TestServers.start(Map.of("connections.writeStallTimeout", "1s"));
        WireClient admin = WireClient.hello(server.port());
        WireClient asker = WireClient.helloWithSmallWindow(server.port())) {
      for (int i = 0; i < 10; i++) {
        admin.ask(new CreateTopicRequest("t" + i, 20, Map.of()), TopicResponse.class);
      }
      CompletableFuture<Void> asking =
          CompletableFuture.runAsync(() -> askUntilTheConnectionBreaks(asker));

      double mostUnsent = 0;
      while (Metrics.value(server, DROPPED) == 0) {
        mostUnsent = Math.max(mostUnsent, Metrics.value(server, UNSENT));
      }
      // On a busy machine, the client may be dropped before the first look.
      assertThat(mostUnsent).isLessThan(MOST_BYTES_UNSENT);
      asking.join();
    }
  }

  @Test
  void moreUnderWayThanAllowedWaitsInTheSocketAndIsAnsweredInOrder() {
    try (MillraceServer server =
            TestServers.start(
                Map.of(
                    "limits.maxEventBytes", "1KiB",
                    "limits.maxBatchBytes", "66KiB",
                    "limits.maxInFlightBytesPerConnection", "66KiB"));
        WireClient client = WireClient.hello(server.port())) {
      TopicInfo topic = topic(client);
      List<Integer> sent = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        ByteBuffer batch = TestServers.batch("s", "x".repeat(900));
        sent.add(client.produce(topic.id(), i % 2, AckLevel.SYNCED, batch));
      }

      // The order is kept within a partition, not between two partitions.
      long[] nextOffset = new long[2];
      for (int i = 0; i < sent.size(); i++) {
        WireClient.Received received = client.receive();
        int partition = (received.correlationId() - sent.get(0)) % 2;
        ProduceResponse receipt = (ProduceResponse) received.response();
        assertThat(receipt.baseOffset()).isEqualTo(nextOffset[partition]++);
      }
      assertThat(nextOffset).containsExactly(1000, 1000);
    }
  }

  @AfterEach
  void beParanoidAgain() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
  }

  private static void askUntilTheConnectionBreaks(WireClient client) {
    try {
      for (int i = 0; i < 10_000_000; i++) {
        client.send(new ListTopicsRequest());
      }
    } catch (UncheckedIOException dropped) {
      return;
    }
    throw new AssertionError("the broker took ten million questions and no answer was read");
  }

  private static TopicInfo topic(WireClient client) {
    return client.ask(new CreateTopicRequest("t", 2, Map.of()), TopicResponse.class).topic();
  }

  private static SubscribeRequest subscribe(TopicInfo topic, long credit) {
    return new SubscribeRequest(
        1, topic.id(), 0, StartKind.EARLIEST, 0, IsolationLevel.LATEST, credit, List.of());
  }
}
