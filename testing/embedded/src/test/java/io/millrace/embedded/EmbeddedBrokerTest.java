package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.TopicDescription;
import io.millrace.protocol.ErrorCode;
import io.millrace.server.settings.ConfigException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

  static final Duration LONG = Duration.ofMinutes(2);

  @Test
  void eventsAreReadByPartitionAndOffset() {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().topic("rides", 3).start()) {
      try (Producer producer = broker.client().producer("rides").build()) {
        for (int i = 0; i < 9; i++) {
          producer.post(Event.builder().value("v" + i).partition(i % 3).build());
        }
      }

      List<ConsumedEvent> events = broker.events("rides");

      assertThat(values(events))
          .containsExactly("v0", "v3", "v6", "v1", "v4", "v7", "v2", "v5", "v8");
      assertThat(broker.awaitEvents("rides", 9, LONG)).hasSameSizeAs(events);
    }
  }

  @Test
  void eventsThatAreDeletedDuringAReadAreNotAFailure() throws Exception {
    int count = 200;
    try (EmbeddedBroker broker = EmbeddedBroker.builder().topic("rides").start()) {
      try (Producer producer = broker.client().producer("rides").build()) {
        for (int i = 0; i < count; i++) {
          producer.send(Event.of("k", "v" + i)); // a batch of its own
        }
      }
      CompletableFuture<Void> deleted =
          CompletableFuture.runAsync(
              () -> {
                for (long i = 1; i <= count; i++) {
                  broker.client().admin().deleteEventsBefore("rides", Map.of(0, i));
                }
              });
      List<ConsumedEvent> events;
      do {
        events = broker.events("rides");
        assertThat(values(events))
            .isEqualTo(
                IntStream.range(count - events.size(), count).mapToObj(i -> "v" + i).toList());
      } while (!events.isEmpty());
      deleted.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Test
  void anEmptyTopicHasNoEvents() {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().topic("rides").start()) {
      assertThat(broker.events("rides")).isEmpty();
      assertThat(broker.awaitEvents("rides", 0, LONG)).isEmpty();
    }
  }

  @Test
  void theMessageOfAWaitThatFailsListsTheEvents() {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().topic("rides").start()) {
      send(broker, "rides", "accepted");

      assertThatThrownBy(() -> broker.awaitEvents("rides", 2, Duration.ofMillis(1)))
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith(
              "expected 2 events in topic rides within PT0.001S, but there are ");
      assertThatThrownBy(() -> broker.awaitEvents("rides", 2, Duration.ofSeconds(1)))
          .hasMessageContaining("but there are 1\n  rides/0@0 source=embedded-test")
          .hasMessageEndingWith("key=null value=accepted");
    }
  }

  @Test
  void anOrderlyRestartKeepsTheAddressTheEventsAndTheClient() {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().topic("rides").start()) {
      String address = broker.address();
      send(broker, "rides", "before");

      broker.restart();

      send(broker, "rides", "after");
      assertThat(broker.address()).isEqualTo(address);
      assertThat(values(broker.events("rides"))).containsExactly("before", "after");
    }
  }

  @Test
  void severalBrokersRunAtTheSameTime() {
    List<EmbeddedBroker> brokers =
        IntStream.range(0, 8)
            .parallel()
            .mapToObj(i -> EmbeddedBroker.builder().topic("t").start())
            .toList();
    try {
      IntStream.range(0, 8).parallel().forEach(i -> send(brokers.get(i), "t", "of " + i));
      for (int i = 0; i < 8; i++) {
        assertThat(values(brokers.get(i).events("t"))).containsExactly("of " + i);
      }
    } finally {
      brokers.parallelStream().forEach(EmbeddedBroker::close);
    }
  }

  @Test
  void aDirectoryOutlivesItsBroker(@TempDir Path dataDir) {
    try (EmbeddedBroker broker =
        EmbeddedBroker.builder().directory(dataDir).topic("rides", 2).start()) {
      send(broker, "rides", "kept");
    }
    try (EmbeddedBroker broker =
        EmbeddedBroker.builder().directory(dataDir).topic("rides", 4).start()) {
      assertThat(values(broker.events("rides"))).containsExactly("kept");
      TopicDescription topic = broker.client().admin().describeTopic("rides");
      assertThat(topic.partitions()).as("the topic of the directory").hasSize(2);
    }
  }

  @Test
  void aDirectoryHasOneBroker(@TempDir Path dataDir) {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().directory(dataDir).start()) {
      assertThatThrownBy(() -> EmbeddedBroker.builder().directory(dataDir).start())
          .hasMessageContaining(ErrorCode.DIRECTORY_LOCKED.name());
      broker.restart();
    }
  }

  @Test
  void closingFreesThreadsFilesAndThePort() throws IOException {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    EmbeddedBroker broker =
        EmbeddedBroker.builder().temporaryDirectory().http().topic("rides", 4).start();
    send(broker, "rides", "v");
    Set<String> files = millraceFiles();
    assertThat(files).isNotEmpty();
    String address = broker.address();

    broker.close();
    broker.close();

    Awaitility.await().atMost(LONG).untilAsserted(() -> assertThat(threadsSince(before)).isEmpty());
    assertThat(millraceFiles()).isEmpty();
    assertThat(files.stream().map(Path::of).filter(Files::exists)).isEmpty();
    assertThatThrownBy(() -> MillraceClient.connect(address))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVER_UNREACHABLE));
    assertThatThrownBy(broker::client).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(broker::restart).isInstanceOf(IllegalStateException.class);
  }

  /** The threads of the broker, and others that keep the JVM alive. */
  private static Set<String> threadsSince(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread))
        .filter(thread -> !thread.isDaemon() || thread.getName().startsWith("millrace"))
        .map(Thread::getName)
        .filter(name -> !name.startsWith("awaitility"))
        .collect(Collectors.toSet());
  }

  /** The open and the mapped files of embedded brokers of this process. */
  private static Set<String> millraceFiles() throws IOException {
    Stream<String> open;
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      open = descriptors.toList().stream().flatMap(EmbeddedBrokerTest::target);
    }
    Stream<String> mapped =
        Files.readAllLines(Path.of("/proc/self/maps")).stream()
            .filter(line -> line.contains("/"))
            .map(line -> line.substring(line.indexOf('/')));
    return Stream.concat(open, mapped)
        .filter(file -> file.contains("millrace-embedded-"))
        .collect(Collectors.toSet());
  }

  private static Stream<String> target(Path descriptor) {
    try {
      return Stream.of(Files.readSymbolicLink(descriptor).toString());
    } catch (IOException closedMeanwhile) {
      return Stream.empty();
    }
  }

  @Test
  void settingsAreCheckedAsThoseOfAnInstalledBroker() {
    assertThatThrownBy(() -> EmbeddedBroker.builder().setting("limits.maxEventByte", "1").start())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("did you mean 'limits.maxEventBytes'?");
    assertThatThrownBy(() -> EmbeddedBroker.builder().setting("threads.eventLoops", "-1").start())
        .isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> EmbeddedBroker.builder().setting("listen.port", "9710"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("address() has the port");
    try (EmbeddedBroker broker =
        EmbeddedBroker.builder().setting("limits.maxEventBytes", "1KiB").topic("t").start()) {
      assertThatThrownBy(() -> send(broker, "t", "v".repeat(2000)))
          .isInstanceOf(MillraceException.class);
    }
  }

  @Test
  void theHttpPortIsThereOnRequest() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.builder().http().start()) {
      String before = broker.httpAddress();
      broker.restart();
      assertThat(broker.httpAddress()).isEqualTo(before);
      assertThat(get(broker, "/health/ready")).contains("ready");
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      assertThatThrownBy(broker::httpAddress).hasMessageContaining("http()");
    }
  }

  static String get(EmbeddedBroker broker, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://" + broker.httpAddress() + path))
                .timeout(LONG)
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  static void send(EmbeddedBroker broker, String topic, String value) {
    try (Producer producer = broker.client().producer(topic).build()) {
      producer.send(Event.of(value)).orTimeout(2, TimeUnit.MINUTES).join();
    }
  }

  static List<String> values(List<ConsumedEvent> events) {
    return events.stream().map(ConsumedEvent::valueAsString).toList();
  }
}
