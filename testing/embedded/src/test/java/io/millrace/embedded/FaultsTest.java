package io.millrace.embedded;

import static io.millrace.embedded.EmbeddedBrokerTest.LONG;
import static io.millrace.embedded.EmbeddedBrokerTest.send;
import static io.millrace.embedded.EmbeddedBrokerTest.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.Ack;
import io.millrace.client.ConnectionEvent;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.client.RetryPolicy;
import io.millrace.client.TopicSpec;
import io.millrace.protocol.ErrorCode;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Each fault, seen by a client. */
@ParameterizedClass
@EnumSource
class FaultsTest {

  enum Storage {
    MEMORY,
    DIRECTORY
  }

  private final EmbeddedBroker broker;

  FaultsTest(Storage storage) {
    EmbeddedBroker.Builder builder = EmbeddedBroker.builder().topic("t", 2);
    broker = (storage == Storage.MEMORY ? builder : builder.temporaryDirectory()).start();
  }

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void aCrashKeepsWhatIsStored() {
    send(broker, "t", "before");

    broker.crash();
    broker.crash();
    assertThat(refusal()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
    broker.restart();

    send(broker, "t", "after");
    assertThat(values(broker.events("t"))).containsExactlyInAnyOrder("before", "after");
  }

  @Test
  void aCrashKeepsTopicsAndSettings() {
    broker
        .client()
        .admin()
        .createTopic("u", TopicSpec.partitions(3).setting("retentionTime", "7d"));
    broker.client().admin().deleteTopic("t");

    broker.crash();
    broker.restart();

    assertThat(broker.client().admin().listTopics())
        .singleElement()
        .satisfies(
            topic -> {
              assertThat(topic.name()).isEqualTo("u");
              assertThat(topic.partitions()).hasSize(3);
              assertThat(topic.settings()).containsEntry("retentionTime", "7d");
            });
  }

  @Test
  void theBrokerCanBeClosedAfterACrash() {
    broker.crash();
    broker.close();
  }

  @Test
  void aProducerContinuesAfterACrashWithoutLossAndRepetition() {
    try (Producer producer = broker.client().producer("t").build()) {
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 100; j++) {
          producer.post(Event.builder().value(i + "." + j).partition(j % 2).build());
        }
        broker.crash();
        broker.restart();
      }
      producer.flush();
    }
    assertThat(broker.events("t")).hasSize(300);
    assertThat(values(broker.events("t"))).doesNotHaveDuplicates();
  }

  @Test
  void aPowerFailureKeepsWhatIsSyncedAndLosesTheRest() {
    for (int round = 0; round < 2; round++) {
      send(broker, "t", "synced " + round);
      broker.slowFsync(Duration.ofHours(1));
      try (MillraceClient client = newClient()) {
        Producer producer = client.producer("t").ack(Ack.STORED).build();
        for (int i = 0; i < 2000; i++) {
          producer.post(
              Event.builder().value("stored " + "v".repeat(1000)).partition(i % 2).build());
        }
        producer.flush();
      }
      assertThat(broker.events("t")).hasSize(round + 2001);

      broker.crashLosingUnsynced();
      broker.slowFsync(Duration.ZERO);
      broker.restart();
    }

    assertThat(values(broker.events("t"))).containsExactlyInAnyOrder("synced 0", "synced 1");
    send(broker, "t", "after");
    assertThat(broker.events("t")).hasSize(3);
    assertThat(broker.client().admin().listDamage("t").ranges()).isEmpty();
  }

  @Test
  void droppedConnectionsAreMadeAgain() throws InterruptedException {
    BlockingQueue<ConnectionEvent> heard = new LinkedBlockingQueue<>();
    try (MillraceClient client =
            MillraceClient.builder()
                .server(broker.address())
                .connectionListener(heard::add)
                .build();
        Producer producer = client.producer("t").build()) {
      await(heard, ConnectionEvent.Connected.class);
      producer.send(Event.of("before")).orTimeout(2, TimeUnit.MINUTES).join();

      broker.dropConnections();

      await(heard, ConnectionEvent.Disconnected.class);
      await(heard, ConnectionEvent.Connected.class);
      producer.send(Event.of("after")).orTimeout(2, TimeUnit.MINUTES).join();
    }
    assertThat(values(broker.events("t"))).containsExactlyInAnyOrder("before", "after");
  }

  private static void await(
      BlockingQueue<ConnectionEvent> heard, Class<? extends ConnectionEvent> kind)
      throws InterruptedException {
    ConnectionEvent next;
    do {
      next = heard.poll(2, TimeUnit.MINUTES);
      assertThat(next).as("an event within two minutes").isNotNull();
    } while (!kind.isInstance(next));
  }

  @Test
  void connectionsAreRefused() {
    broker.client();
    broker.refuseConnections(true);

    assertThat(refusal()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
    send(broker, "t", "over the connection that was open");

    try (Producer producer = broker.client().producer("t").build()) {
      broker.dropConnections();
      CompletableFuture<Receipt> late = producer.send(Event.of("over a new one"));
      assertThat(refusal()).isEqualTo(ErrorCode.SERVER_UNREACHABLE);
      assertThat(late).isNotDone();

      broker.refuseConnections(false);
      late.orTimeout(2, TimeUnit.MINUTES).join();
    }
    assertThat(broker.events("t")).hasSize(2);
  }

  @Test
  void aFullDiskRefusesAppendsAndTopicsUntilItHasSpace() {
    send(broker, "t", "before");
    broker.client().admin().createTopic("old", TopicSpec.defaults());

    broker.diskFull(true);
    try (Producer impatient =
            broker
                .client()
                .producer("t")
                .retry(RetryPolicy.defaults().deliveryTimeout(Duration.ofMillis(300)))
                .build();
        Producer patient = broker.client().producer("t").build()) {
      CompletableFuture<Receipt> late = patient.send(Event.of("late"));
      assertThatThrownBy(() -> impatient.send(Event.of("lost")).join())
          .hasMessageContaining("DISK_FULL");
      assertThatThrownBy(() -> broker.client().admin().createTopic("new", TopicSpec.defaults()))
          .isInstanceOfSatisfying(
              MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL));
      broker.client().admin().deleteTopic("old");
      assertThat(broker.client().admin().describeBroker().disk().full()).isTrue();
      assertThat(values(broker.events("t"))).containsExactly("before");
      assertThat(late).isNotDone();

      broker.diskFull(false);
      late.orTimeout(2, TimeUnit.MINUTES).join();
    }
    assertThat(broker.client().admin().describeBroker().disk().full()).isFalse();
  }

  @Test
  void aSlowFsyncDelaysReceiptsOfSyncedOnly() {
    broker.slowFsync(Duration.ofHours(1));
    try (Producer stored = broker.client().producer("t").ack(Ack.STORED).build();
        Producer synced = broker.client().producer("t").build()) {
      CompletableFuture<Receipt> late = synced.send(Event.of("synced"));
      stored.send(Event.of("stored")).orTimeout(2, TimeUnit.MINUTES).join();
      broker.awaitEvents("t", 2, LONG);
      assertThat(late).isNotDone();

      broker.slowFsync(Duration.ZERO);
      late.orTimeout(2, TimeUnit.MINUTES).join();
    }
  }

  @Test
  void anFsyncTakesAtLeastTheDelay() {
    broker.slowFsync(Duration.ofMillis(50));
    long began = System.nanoTime();
    send(broker, "t", "v");
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isGreaterThanOrEqualTo(Duration.ofMillis(50));
  }

  @Test
  void aFailedFsyncStopsThePartitionUntilARestart() {
    send(broker, "t", "before");
    broker.failFsync();
    try (Producer producer = broker.client().producer("t").build()) {
      CompletableFuture<Receipt> late =
          producer.send(Event.builder().value("late").partition(0).build());
      Awaitility.await()
          .atMost(LONG)
          .until(
              () ->
                  broker
                      .client()
                      .admin()
                      .describeTopic("t")
                      .partitions()
                      .get(0)
                      .failure()
                      .isPresent());
      assertThat(late).isNotDone();

      broker.restart();
      late.orTimeout(2, TimeUnit.MINUTES).join();
    }
    assertThat(values(broker.events("t"))).containsExactlyInAnyOrder("before", "late");
  }

  private ErrorCode refusal() {
    try (MillraceClient client = newClient()) {
      throw new AssertionError("connected to " + client.admin().describeBroker());
    } catch (MillraceException e) {
      return e.code();
    }
  }

  private MillraceClient newClient() {
    return MillraceClient.connect(broker.address());
  }
}
