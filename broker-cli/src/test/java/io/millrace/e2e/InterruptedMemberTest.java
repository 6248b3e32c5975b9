package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.Admin;
import io.millrace.client.Event;
import io.millrace.client.GroupDetails;
import io.millrace.client.Producer;
import io.millrace.client.QueueDetails;
import io.millrace.client.TopicSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C of {@code consume --group}, as a process. */
class InterruptedMemberTest {

  private static final int PARTITIONS = 3;
  private static final int RUNS = 3;

  @TempDir Path directory;

  @Test
  void theNextMemberContinuesAfterThePrintedEventsAtOnce() throws Exception {
    try (GroupsBroker broker = new GroupsBroker(directory)) {
      Admin admin = broker.client().admin();
      admin.createTopic("orders", TopicSpec.partitions(PARTITIONS));
      AtomicBoolean ended = new AtomicBoolean();
      CompletableFuture<Void> producing = produceUntil(ended, broker);
      try {
        Map<Integer, Long> next = new HashMap<>();
        for (int run = 0; run < RUNS; run++) {
          for (String line :
              printedUntilInterrupted(broker.address(), "--group", 1000 * (run + 1))) {
            assertIsNext(line, next);
          }
          GroupDetails group = admin.describeGroup("billing");
          assertThat(group.members()).as("members after the exit").isEmpty();
          for (GroupDetails.Partition each : group.partitions()) {
            assertThat(each.position().orElse(0))
                .as("position in partition %d", each.partition())
                .isEqualTo(next.getOrDefault(each.partition(), 0L));
          }
        }
      } finally {
        ended.set(true);
        producing.join();
      }
    }
  }

  @Test
  void aQueueHasAcceptedWhatWasPrintedAndNothingElse() throws Exception {
    try (GroupsBroker broker = new GroupsBroker(directory)) {
      Admin admin = broker.client().admin();
      admin.createTopic("orders", TopicSpec.partitions(PARTITIONS));
      AtomicBoolean ended = new AtomicBoolean();
      CompletableFuture<Void> producing = produceUntil(ended, broker);
      try {
        Set<String> printed = new HashSet<>();
        for (int run = 0; run < RUNS; run++) {
          for (String line : printedUntilInterrupted(broker.address(), "--queue", 1000)) {
            assertThat(printed.add(line.split(" ")[1])).as("printed once: %s", line).isTrue();
          }
          QueueDetails queue = admin.describeGroup("billing").queue().orElseThrow();
          assertThat(queue.consumers()).as("consumers after the exit").isEmpty();
          assertThat(queue.partitions())
              .allSatisfy(
                  each -> {
                    assertThat(each.failedAttempts()).isZero();
                    assertThat(each.locked()).isZero();
                  });
          assertThat(queue.partitions().stream().mapToLong(QueueDetails.Partition::start).sum())
              .as("events that are done")
              .isEqualTo(printed.size());
        }
      } finally {
        ended.set(true);
        producing.join();
      }
    }
  }

  /** A line is partition and offset. */
  private static void assertIsNext(String line, Map<Integer, Long> next) {
    String[] place = line.split(" ")[1].split("@");
    int partition = Integer.parseInt(place[0]);
    long offset = Long.parseLong(place[1]);
    assertThat(offset).as(line).isEqualTo(next.getOrDefault(partition, 0L));
    next.put(partition, offset + 1);
  }

  private static CompletableFuture<Void> produceUntil(AtomicBoolean ended, GroupsBroker broker) {
    return CompletableFuture.runAsync(
        () -> {
          try (Producer producer =
              broker.client().producer("orders").memoryLimit(1 << 20).build()) {
            for (int i = 0; !ended.get(); i++) {
              producer.send(Event.of("k" + i, "v"));
            }
          }
        });
  }

  /** Starts a member, interrupts it after some lines, and returns all lines that it printed. */
  private static List<String> printedUntilInterrupted(String address, String as, int after)
      throws IOException, InterruptedException {
    // A build that was started in the background ignores SIGINT, and its children inherit that.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.addAll(
        JavaProcess.millrace(List.of("consume", "orders", as, "billing", "--server", address)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (lines.size() == after) {
          new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        }
      }
      assertThat(process.waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(130);
    } finally {
      process.destroyForcibly();
    }
    assertThat(lines).hasSizeGreaterThanOrEqualTo(after);
    return lines;
  }
}
