package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.DescribeGroupRequest;
import io.millrace.protocol.wire.DescribeGroupResponse;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.QueueDeadLetters;
import io.millrace.protocol.wire.QueueOrdering;
import io.millrace.protocol.wire.QueueSettingsInfo;
import io.millrace.protocol.wire.SettleResponse;
import io.millrace.protocol.wire.Settlement;
import io.millrace.protocol.wire.SettlementKind;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Consumers of a queue with ordering by key, while the broker is killed three times. They accept
 * most events, fail some, and reject those of a kind. What was accepted or rejected, and answered,
 * never comes again; everything else comes; the events of a key are accepted in their order; each
 * rejected event is a dead letter.
 */
class QueueCrashTest {

  private static final int PARTITIONS = 3;
  private static final int EVENTS = 2_400;
  private static final int PER_BATCH = 100;
  private static final int KEYS = 40;
  private static final int CONSUMERS = 4;
  private static final int KILLS = 3;

  /** One of this many events is rejected whenever it comes. */
  private static final int REJECTED = 50;

  private static final Duration LIMIT = Duration.ofMinutes(4);

  /** Shorter than the time for which the broker waits for consumers that it has lost. */
  private static final long LOCK_MICROS = 2_000_000;

  private static final QueueSettingsInfo SETTINGS =
      new QueueSettingsInfo(
          LOCK_MICROS, 1_000, 0, 0, QueueDeadLetters.DEFAULT_TOPIC, "", QueueOrdering.KEY);

  @TempDir Path directory;

  private final long seed = ThreadLocalRandom.current().nextLong();

  private record Place(int partition, long offset) {}

  private record KeyOf(int partition, String key) {}

  // Guarded by this.
  private final Set<Place> settled = new HashSet<>();
  private final Set<String> rejected = new HashSet<>();
  private final Map<KeyOf, Long> newestOfKey = new HashMap<>();
  private final List<String> violations = new ArrayList<>();
  private boolean stopped;

  @Test
  void whatIsSettledAndAnsweredNeverComesAgain() throws Exception {
    try (ServerProcess server = new ServerProcess(directory, ServerProcess.SHORT)) {
      produce(server);
      List<CompletableFuture<Void>> consumers = new ArrayList<>();
      for (int i = 0; i < CONSUMERS; i++) {
        Random random = new Random(seed + i);
        consumers.add(CompletableFuture.runAsync(() -> consume(server, random), this::startThread));
      }
      for (int kill = 1; kill <= KILLS; kill++) {
        int killAt = EVENTS * kill / (KILLS + 2);
        await().atMost(LIMIT).until(() -> settled() >= killAt);
        server.kill();
        server.start();
      }
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(200))
          .until(() -> isAllDone(server) || violated());
      stop();
      CompletableFuture.allOf(consumers.toArray(CompletableFuture[]::new)).join();
      assertThat(violations).as("seed %d", seed).isEmpty();
      assertThat(new HashSet<>(deadLetters(server))).as("seed %d", seed).isEqualTo(allRejected());
    }
  }

  private void startThread(Runnable task) {
    Thread thread = new Thread(task, "queue-crash-consumer");
    thread.setDaemon(true);
    thread.start();
  }

  private synchronized int settled() {
    return settled.size();
  }

  private synchronized boolean violated() {
    return !violations.isEmpty();
  }

  private synchronized void stop() {
    stopped = true;
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  private void produce(ServerProcess server) throws InterruptedException {
    try (WireClient client = WireClient.hello(server.port())) {
      TopicInfo topic =
          client
              .ask(new CreateTopicRequest("orders", PARTITIONS, Map.of()), TopicResponse.class)
              .topic();
      for (int from = 0; from < EVENTS; from += PER_BATCH) {
        int id =
            client.produce(topic.id(), from / PER_BATCH % PARTITIONS, AckLevel.SYNCED, batch(from));
        client.answerTo(id, ProduceResponse.class);
      }
    }
  }

  private static ByteBuffer batch(int from) {
    BatchBuilder builder = new BatchBuilder(1 << 20, BatchCodec.LZ4);
    for (int i = from; i < from + PER_BATCH; i++) {
      builder.add(bytes("s"), 7, bytes("k" + i % KEYS), bytes(String.valueOf(i)), List.of());
    }
    return builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isRejected(QueueWorker.Taken event) {
    return Integer.parseInt(event.value()) % REJECTED == 0;
  }

  private static Set<String> allRejected() {
    Set<String> all = new HashSet<>();
    for (int i = 0; i < EVENTS; i += REJECTED) {
      all.add(String.valueOf(i));
    }
    return all;
  }

  private void consume(ServerProcess server, Random random) {
    while (!isStopped()) {
      try (QueueWorker worker = QueueWorker.open(server.port(), "workers", "orders", SETTINGS)) {
        while (!isStopped()) {
          List<QueueWorker.Taken> events = worker.take(1 + random.nextInt(60), 100_000);
          events.forEach(this::delivered);
          if (!events.isEmpty()) {
            settle(worker, events, random);
          }
        }
      } catch (UncheckedIOException e) {
        // The broker was killed; port() waits for the next one.
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private synchronized void delivered(QueueWorker.Taken event) {
    if (settled.contains(new Place(event.partition(), event.offset()))) {
      violations.add("settled before: " + event);
    }
    long newest = newestOfKey.getOrDefault(new KeyOf(event.partition(), event.key()), -1L);
    if (newest > event.offset()) {
      violations.add("after event " + newest + " of its key: " + event);
    }
  }

  private void settle(QueueWorker worker, List<QueueWorker.Taken> events, Random random) {
    List<Settlement> settlements = new ArrayList<>();
    for (QueueWorker.Taken event : events) {
      boolean fails = !isRejected(event) && random.nextInt(10) == 0;
      SettlementKind kind =
          isRejected(event)
              ? SettlementKind.REJECT
              : fails ? SettlementKind.RELEASE : SettlementKind.ACCEPT;
      settlements.add(
          new Settlement(
              event.partition(),
              event.lock(),
              event.offset(),
              event.offset(),
              kind,
              -1,
              fails,
              ""));
    }
    SettleResponse answer = worker.settle(settlements);
    for (int i = 0; i < events.size(); i++) {
      boolean done = settlements.get(i).kind() != SettlementKind.RELEASE;
      if (done && answer.outcomes().get(i).error() == ErrorCode.NONE) {
        done(events.get(i));
      }
    }
  }

  private synchronized void done(QueueWorker.Taken event) {
    settled.add(new Place(event.partition(), event.offset()));
    newestOfKey.merge(new KeyOf(event.partition(), event.key()), event.offset(), Math::max);
    if (isRejected(event)) {
      rejected.add(event.value());
    }
  }

  private static boolean isAllDone(ServerProcess server) throws InterruptedException {
    try (WireClient client = WireClient.hello(server.port())) {
      int id = client.send(2, new DescribeGroupRequest("workers"));
      DescribeGroupResponse group = client.answerTo(id, DescribeGroupResponse.class);
      return group.queue().get(0).partitions().stream()
          .allMatch(partition -> partition.start() == EVENTS / PARTITIONS);
    }
  }

  private static List<String> deadLetters(ServerProcess server) throws InterruptedException {
    List<String> values = new ArrayList<>();
    BatchReader reader = new BatchReader(1 << 20);
    try (WireClient client = WireClient.hello(server.port())) {
      TopicInfo topic =
          client.ask(new DescribeTopicRequest("orders.dead-letters"), TopicResponse.class).topic();
      client.ask(
          new SubscribeRequest(
              1, topic.id(), 0, StartKind.EARLIEST, 0, IsolationLevel.DURABLE, 1 << 30, List.of()),
          SubscribeResponse.class);
      DeliverPush push;
      do {
        push = client.push(DeliverPush.class);
        ByteBuffer batches = push.batches().nioBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < batches.limit(); at += BatchHeader.length(batches, at)) {
          reader.open(batches, at);
          while (reader.next()) {
            values.add(new String(reader.value(), StandardCharsets.UTF_8));
          }
        }
      } while (push.nextOffset() < push.visibleEnd());
    }
    return values;
  }
}
