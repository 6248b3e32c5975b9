package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.client.Event;
import io.millrace.client.GroupDetails;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the complete program of docs/groups.md. */
class PageProgramsTest {

  private static final int EVENTS = 20;

  @TempDir Path directory;

  @Test
  void theMemberReadsAllEventsAndLeavesTheGroupWhenItIsStopped() throws Exception {
    try (GroupsBroker broker = new GroupsBroker(directory.resolve("data"))) {
      MillraceClient client = broker.client();
      client.admin().createTopic("orders", TopicSpec.partitions(4));
      try (Producer producer = client.producer("orders").build()) {
        for (int i = 1; i <= EVENTS; i++) {
          producer.send(Event.of("k" + i, "order " + i));
        }
      }
      Path output = directory.resolve("output.txt");
      Process member =
          new ProcessBuilder(program(broker.address()))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        await()
            .atMost(JavaProcess.LIMIT)
            .until(() -> !member.isAlive() || values(output).size() == EVENTS);
        member.destroy(); // SIGTERM, as Ctrl-C
        assertThat(member.waitFor(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } finally {
        member.destroyForcibly().onExit().join();
      }
      assertThat(values(output))
          .as(Files.readString(output))
          .containsExactlyInAnyOrderElementsOf(
              IntStream.rangeClosed(1, EVENTS).mapToObj(i -> "order " + i).toList());
      GroupDetails group = client.admin().describeGroup("billing");
      assertThat(group.members()).isEmpty();
      assertThat(group.partitions()).allMatch(each -> each.lag().events() == 0);
    }
  }

  /** The values in the lines that the program has printed. */
  private static List<String> values(Path output) throws IOException {
    return Pattern.compile("^partition \\d: (.*)\n", Pattern.MULTILINE)
        .matcher(Files.readString(output))
        .results()
        .map(line -> line.group(1))
        .toList();
  }

  private List<String> program(String address) throws IOException {
    String page = Files.readString(SharedData.repository().resolve("docs/groups.md"));
    Matcher program =
        Pattern.compile("<!-- program: Billing -->\n```java\n(.*?)```", Pattern.DOTALL)
            .matcher(page);
    assertThat(program.find()).isTrue();
    String source = program.group(1).replace("localhost:9710", address);
    return PageProgram.compiled(directory, "Billing", source);
  }
}
