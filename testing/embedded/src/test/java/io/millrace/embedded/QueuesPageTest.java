package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.Admin;
import io.millrace.client.Event;
import io.millrace.client.EventRejectedException;
import io.millrace.client.GroupDetails;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.QueueConsumer;
import io.millrace.client.QueueDetails;
import io.millrace.client.QueuedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs the examples of docs/queues.md, which are the marked regions of this file. */
class QueuesPageTest {

  private static final Path PAGE = Path.of("../../docs/queues.md");
  private static final Path THIS =
      Path.of("src/test/java/io/millrace/embedded/QueuesPageTest.java");
  private static final Pattern EXAMPLE =
      Pattern.compile("<!-- example: (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern REGION =
      Pattern.compile("// begin: (\\w+)\n(.*?)\n *// end", Pattern.DOTALL);

  private static final int JOBS = 20;

  private final List<String> log = new ArrayList<>();
  private final List<String> worked = Collections.synchronizedList(new ArrayList<>());
  private EmbeddedBroker broker;
  private MillraceClient client;
  private QueueConsumer processing;

  @BeforeEach
  void start() {
    broker = EmbeddedBroker.builder().topic("orders", 2).start();
    client = broker.client();
    try (Producer producer = client.producer("orders").build()) {
      for (int i = 0; i < JOBS; i++) {
        producer.send(Event.of("k" + i, "v" + i));
      }
    }
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private boolean running() {
    return worked.size() < JOBS;
  }

  private void work(QueuedEvent job) throws IOException {
    worked.add(job.valueAsString());
    if (processing != null && worked.size() == JOBS - 1) {
      processing.wakeup();
    }
  }

  private static boolean isValid(QueuedEvent job) {
    return !job.valueAsString().equals("v7");
  }

  private void log(String line) {
    log.add(line);
  }

  private static Map<String, String> found(Pattern pattern, Path file) throws IOException {
    Map<String, String> found = new TreeMap<>();
    Matcher matcher = pattern.matcher(Files.readString(file));
    while (matcher.find()) {
      found.put(matcher.group(1), matcher.group(2).stripIndent().strip());
    }
    return found;
  }

  @Test
  void theExamplesOfThePageAreThoseOfThisTest() throws IOException {
    Map<String, String> examples = found(EXAMPLE, PAGE);
    assertThat(examples).hasSizeGreaterThan(4).isEqualTo(found(REGION, THIS));
  }

  @Test
  void poll() {
    // begin: poll
    try (QueueConsumer queue = client.queueConsumer("orders", "workers").build()) {
      while (running()) {
        for (QueuedEvent job : queue.poll(Duration.ofSeconds(1))) {
          try {
            work(job);
            queue.accept(job);
          } catch (IOException e) {
            queue.fail(job, e.getMessage()); // comes again after a pause
          }
        }
      }
    }
    // end
    assertThat(worked).doesNotHaveDuplicates().hasSize(JOBS);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Not run: the hook would wait for the thread of the tests. */
  static void shutdown(MillraceClient client) {
    // begin: shutdown
    QueueConsumer queue = client.queueConsumer("orders", "workers").build();
    Thread main = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  queue.wakeup(); // process returns when its handlers have
                  join(main); // and the program closes queue and client
                }));
    // end
  }

  @Test
  void process() {
    try (QueueConsumer queue = client.queueConsumer("orders", "workers").build()) {
      processing = queue;
      // begin: process
      queue.process(
          job -> {
            if (!isValid(job)) {
              throw new EventRejectedException("no customer number");
            }
            work(job);
          },
          8);
      // end
    }
    assertThat(worked).doesNotHaveDuplicates().hasSize(JOBS - 1);
  }

  @Test
  void keys() {
    // begin: keys
    QueueConsumer queue = client.queueConsumer("orders", "workers").orderedByKey().build();
    // end
    assertThat(queue.settings().orderedByKey()).isTrue();
    queue.close();
  }

  @Test
  void settings() {
    // begin: settings
    QueueConsumer queue =
        client
            .queueConsumer("orders", "workers")
            .lockTime(Duration.ofMinutes(2))
            .maxAttempts(3)
            .backOff(Duration.ofSeconds(5), Duration.ofMinutes(10))
            .deadLetterTopic("orders.failed")
            .build();
    // end
    assertThat(queue.settings().deadLetterTopicOf("orders")).contains("orders.failed");
    assertThat(queue.settings().longestBackOff()).isEqualTo(Duration.ofMinutes(10));
    queue.close();
  }

  @Test
  void admin() {
    Admin admin = client.admin();
    try (QueueConsumer consumer = client.queueConsumer("orders", "workers").build()) {
      assertThat(consumer.queue()).isEqualTo("workers");
      // begin: admin
      GroupDetails workers = admin.describeGroup("workers");
      QueueDetails queue = workers.queue().orElseThrow();
      log(queue.consumers().size() + " consumers");
      for (QueueDetails.Partition each : queue.partitions()) {
        log(each.topic() + "-" + each.partition() + " locked " + each.locked());
      }
      // end
    }
    assertThat(log).contains("1 consumers", "orders-0 locked 0", "orders-1 locked 0");
  }
}
