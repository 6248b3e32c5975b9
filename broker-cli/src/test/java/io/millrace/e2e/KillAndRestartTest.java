package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four producers and four consumers, each in its own process, while the broker is killed and
 * restarted twice. No acknowledged event is lost, no event is duplicated, the order of each
 * producer is kept in every partition, and every receipt has the offset at which its event is read.
 */
class KillAndRestartTest {

  private static final int PARTITIONS = 4;
  private static final int PRODUCERS = 4;
  private static final int ROUNDS = 3;
  private static final int EVENTS_PER_ROUND = 20_000;

  @TempDir Path directory;

  private final List<Process> processes = new ArrayList<>();

  @Test
  void noEventIsLostDuplicatedOrOutOfOrder() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.start(directory)) {
      new MillraceCommand(broker)
          .run("topic", "create", "orders", "--partitions=" + PARTITIONS)
          .orFail();
      List<Process> producers = startProducers(broker);
      List<Process> consumers = startConsumers(broker);

      // The first connection of a client fails if there is no broker.
      await()
          .alias("all connected")
          .atMost(JavaProcess.LIMIT)
          .pollInterval(Duration.ofMillis(10))
          .until(this::allAreConnected);
      for (int round = 1; round <= ROUNDS; round++) {
        for (Process producer : producers) {
          producer.getOutputStream().write("go\n".getBytes(UTF_8));
          producer.getOutputStream().flush();
        }
        if (round < ROUNDS) {
          long killAt = (round - 1L) * PRODUCERS * EVENTS_PER_ROUND + EVENTS_PER_ROUND / 4;
          await()
              .alias("round " + round + " under way")
              .atMost(JavaProcess.LIMIT)
              .pollInterval(Duration.ofMillis(10))
              .until(() -> receipts().size() >= killAt);
          broker.kill();
          broker.start();
        }
      }
      for (Process producer : producers) {
        producer.getOutputStream().close();
        assertEnds(producer, "producer");
      }
      for (Process consumer : consumers) {
        assertEnds(consumer, "consumer");
      }
      verify();
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }

  private List<Process> startProducers(EndToEndBroker broker) throws IOException {
    List<Process> producers = new ArrayList<>();
    for (int i = 0; i < PRODUCERS; i++) {
      producers.add(
          start(
              ProducerWorker.class,
              "producer-" + i,
              broker.address(),
              "orders",
              String.valueOf(PARTITIONS),
              "producer-" + i,
              String.valueOf(EVENTS_PER_ROUND)));
    }
    return producers;
  }

  private List<Process> startConsumers(EndToEndBroker broker) throws IOException {
    long eventsPerPartition = (long) PRODUCERS * ROUNDS * EVENTS_PER_ROUND / PARTITIONS;
    List<Process> consumers = new ArrayList<>();
    for (int i = 0; i < PARTITIONS; i++) {
      consumers.add(
          start(
              ConsumerWorker.class,
              "consumer-" + i,
              broker.address(),
              "orders",
              String.valueOf(i),
              String.valueOf(eventsPerPartition)));
    }
    return consumers;
  }

  private Process start(Class<?> main, String name, String... arguments) throws IOException {
    Process process =
        new ProcessBuilder(
                JavaProcess.main(main.getName(), PackedBuild.testClasses(), List.of(arguments)))
            .redirectOutput(directory.resolve(name + ".out").toFile())
            .redirectError(directory.resolve(name + ".err").toFile())
            .start();
    processes.add(process);
    return process;
  }

  private void assertEnds(Process process, String kind) throws Exception {
    assertThat(process.waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS))
        .as("%s ended\n%s", kind, errors())
        .isTrue();
    assertThat(process.exitValue()).as("%s's exit code\n%s", kind, errors()).isZero();
  }

  private boolean allAreConnected() throws IOException {
    for (Process process : processes) {
      assertThat(process.isAlive()).as(errors()).isTrue();
    }
    try (var files = Files.list(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".out")).toList()) {
        if (!Files.readString(file).startsWith(ProducerWorker.CONNECTED)) {
          return false;
        }
      }
    }
    return true;
  }

  private List<String> receipts() throws IOException {
    return lines("producer-", PRODUCERS);
  }

  /** The complete lines of a file. A process may still be writing the last one. */
  private List<String> lines(String prefix, int count) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = Files.readString(directory.resolve(prefix + i + ".out"));
      text.substring(0, text.lastIndexOf('\n') + 1)
          .lines()
          .filter(line -> !line.equals(ProducerWorker.CONNECTED))
          .forEach(lines::add);
    }
    return lines;
  }

  private String errors() throws IOException {
    StringBuilder errors = new StringBuilder();
    try (var files = Files.list(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".err")).toList()) {
        errors.append(file.getFileName()).append(":\n").append(Files.readString(file));
      }
    }
    return errors.toString();
  }

  private void verify() throws IOException {
    List<String> read = lines("consumer-", PARTITIONS);
    assertThat(read).hasSize(PRODUCERS * ROUNDS * EVENTS_PER_ROUND);

    Map<String, Long> nextOffset = new HashMap<>();
    Map<String, Long> nextNumber = new HashMap<>();
    for (String line : read) {
      String[] words = line.split(" ");
      String partition = words[0];
      assertThat(Long.parseLong(words[1]))
          .as("offset of '%s'", line)
          .isEqualTo(nextOffset.merge(partition, 1L, Long::sum) - 1);
      assertThat(Long.parseLong(words[3]))
          .as("number of '%s': events of a producer are read once and in order", line)
          .isEqualTo(nextNumber.merge(partition + " " + words[2], 1L, Long::sum) - 1);
    }
    List<String> receipts = receipts();
    assertThat(receipts).as("receipts").hasSameSizeAs(read);
    assertThat(new HashSet<>(receipts).equals(new HashSet<>(read)))
        .as("every receipt names the offset at which its event was read")
        .isTrue();
  }
}
