package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member is suspended (SIGSTOP) for longer than its session timeout, while its client has events
 * that it has not handed out. Another member gets the partition. When the first one continues, it
 * hands out none of these events: it counts its session by its own clock, and does not wait until
 * the broker tells it.
 */
class PausedMemberTest {

  private static final String MEMBER = "io.millrace.torture.TortureMember";
  private static final int EVENTS = 200_000;

  @TempDir Path directory;

  private final List<Process> members = new ArrayList<>();

  @AfterEach
  void endMembers() {
    members.forEach(each -> each.destroyForcibly().onExit().join());
  }

  @Test
  void aMemberThatPollsHandsOutNothing() throws Exception {
    run(0);
  }

  /** A handler that was about to be called when the process was suspended may still run. */
  @Test
  void aMemberThatProcessesHandsOutNothing() throws Exception {
    run(3);
  }

  private void run(int threads) throws Exception {
    try (GroupsBroker broker = new GroupsBroker(directory.resolve("data"))) {
      MillraceClient client = broker.client();
      client.admin().createTopic("torture", TopicSpec.partitions(1));
      try (Producer producer = client.producer("torture").build()) {
        for (int i = 0; i < EVENTS; i++) {
          producer.send(Event.of("k" + i % 7, "e" + i));
        }
      }
      Path first = directory.resolve("first.txt");
      Process paused = start(broker, threads, first);
      until("the first member processes", () -> times(first, 'P').size() > 100);

      signal(paused, "STOP");
      until(
          "the broker has removed it",
          () -> client.admin().listGroups().stream().allMatch(group -> group.members() == 0));
      Path second = directory.resolve("second.txt");
      Process next = start(broker, threads, second);
      until("the second member has the partition", () -> !times(second, 'P').isEmpty());
      long moved = times(second, 'A').get(0);
      signal(paused, "CONT");
      until("the first member hears it", () -> !times(first, 'L').isEmpty());
      next.getOutputStream().close();
      until("the first member is the owner again", () -> times(first, 'A').size() == 2);

      long again = times(first, 'A').get(1);
      // The events of one poll have one time. The process may be suspended when it has them
      // already.
      assertThat(
              times(first, 'P').stream()
                  .filter(each -> each > moved && each < again)
                  .distinct()
                  .toList())
          .as("times at which the first member was handed events without the partition")
          .hasSizeLessThanOrEqualTo(Math.max(1, threads));
    }
  }

  private Process start(GroupsBroker broker, int threads, Path file) throws IOException {
    Files.createFile(file);
    Process process =
        new ProcessBuilder(
                JavaProcess.main(
                    MEMBER,
                    PackedBuild.testClasses(),
                    List.of(broker.address(), "1000", "" + threads, "1", file.toString())))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(file.getFileName() + ".log").toFile())
            .start();
    members.add(process);
    return process;
  }

  /** The times of the records of a kind. A line without an end is left out. */
  private static List<Long> times(Path file, char kind) throws IOException {
    String text = Files.readString(file);
    return text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .filter(line -> line.charAt(0) == kind)
        .map(line -> Long.valueOf(line.split(" ")[1]))
        .toList();
  }

  private static void until(String what, Callable<Boolean> condition) {
    await().alias(what).atMost(JavaProcess.LIMIT).until(condition);
  }

  private static void signal(Process process, String name) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }
}
