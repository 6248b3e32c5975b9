package io.millrace.server;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.QueueSettingsInfo;
import io.millrace.protocol.wire.Settlement;
import io.millrace.protocol.wire.SettlementKind;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures how many events a second consumers take and accept over TCP, and the processor time of
 * the broker. Run by hand: events, events per take, consumers, partitions.
 */
final class QueueSpeed {

  private static final int PER_BATCH = 100;
  private static final int EVENT_BYTES = 100;

  private QueueSpeed() {}

  public static void main(String[] args) throws Exception {
    int events = Integer.parseInt(args[0]);
    int perTake = Integer.parseInt(args[1]);
    int consumers = Integer.parseInt(args[2]);
    int partitions = Integer.parseInt(args[3]);
    Path directory = Files.createTempDirectory("queue-speed");
    try (ServerProcess server = new ServerProcess(directory, List.of())) {
      for (int round = 1; round <= 4; round++) {
        measure(server, "orders-" + round, events, perTake, consumers, partitions);
      }
    }
  }

  private static void measure(
      ServerProcess server, String topic, int events, int perTake, int consumers, int partitions)
      throws InterruptedException, ExecutionException {
    produce(server, topic, events, partitions);
    AtomicLong done = new AtomicLong();
    long cpu = server.cpuNanos();
    long began = System.nanoTime();
    List<CompletableFuture<Void>> running = new ArrayList<>();
    int port = server.port();
    for (int i = 0; i < consumers; i++) {
      running.add(CompletableFuture.runAsync(() -> consume(port, topic, perTake, events, done)));
    }
    CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).get();
    double seconds = (System.nanoTime() - began) / 1e9;
    double cpuMicros = (server.cpuNanos() - cpu) / 1e3;
    System.out.printf(
        "%d events, %d per take, %d consumers, %d partitions: %.0f events/s, %.2f us of CPU each%n",
        events, perTake, consumers, partitions, events / seconds, cpuMicros / events);
  }

  private static void consume(int port, String topic, int perTake, int events, AtomicLong done) {
    try (QueueWorker worker =
        QueueWorker.open(port, "group-" + topic, topic, QueueSettingsInfo.AS_THE_QUEUE)) {
      while (done.get() < events) {
        List<QueueWorker.Taken> taken = worker.take(perTake, 100_000);
        if (!taken.isEmpty()) {
          QueueWorker.Taken first = taken.get(0);
          worker.settle(
              List.of(
                  new Settlement(
                      first.partition(),
                      first.lock(),
                      first.offset(),
                      taken.get(taken.size() - 1).offset(),
                      SettlementKind.ACCEPT,
                      -1,
                      false,
                      "")));
          done.addAndGet(taken.size());
        }
      }
    }
  }

  private static void produce(ServerProcess server, String topic, int events, int partitions)
      throws InterruptedException {
    try (WireClient client = WireClient.hello(server.port())) {
      TopicInfo created =
          client
              .ask(new CreateTopicRequest(topic, partitions, Map.of()), TopicResponse.class)
              .topic();
      for (int from = 0; from < events; from += PER_BATCH) {
        int id =
            client.produce(created.id(), from / PER_BATCH % partitions, AckLevel.STORED, batch());
        client.answerTo(id, ProduceResponse.class);
      }
    }
  }

  private static ByteBuffer batch() {
    BatchBuilder builder = new BatchBuilder(1 << 20, BatchCodec.NONE);
    for (int i = 0; i < PER_BATCH; i++) {
      builder.add(new byte[] {'s'}, 7, null, new byte[EVENT_BYTES], List.of());
    }
    return builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE);
  }
}
