package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.OrderWorkers;
import io.millrace.client.QueueDetails;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The complete program in docs/queues.md is a file of these tests, and does what the page says. */
class QueueProgramTest {

  private static final Path PROGRAM = Path.of("src/test/java/com/example/OrderWorkers.java");
  private static final String BEGIN = "<!-- program: OrderWorkers -->\n```java\n";

  @Test
  void thePageHasTheProgram() throws IOException {
    String page = Files.readString(Path.of("../../docs/queues.md"));
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    assertThat(page.substring(begin, page.indexOf("```", begin)))
        .isEqualTo(Files.readString(PROGRAM));
  }

  @Test
  void everyOrderIsDoneOrADeadLetter() {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      OrderWorkers.main(new String[] {broker.address()});

      assertThat(broker.awaitEvents("orders.dead-letters", 1, Duration.ofMinutes(1)))
          .singleElement()
          .satisfies(letter -> assertThat(letter.valueAsString()).isEqualTo("order 13"));
      QueueDetails queue = broker.client().admin().describeGroup("workers").queue().orElseThrow();
      assertThat(queue.consumers()).isEmpty();
      assertThat(queue.partitions()).extracting(QueueDetails.Partition::locked).containsOnly(0);
      assertThat(queue.partitions()).extracting(QueueDetails.Partition::waiting).containsOnly(0);
    }
  }
}
