package io.millrace.core;

import static io.millrace.core.ExpectedRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.AuditTopicWriter.Entry;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The topic {@code __audit}: only the broker writes it, and only retention deletes its events. */
@ParameterizedClass
@EnumSource(Engine.class)
class AuditTopicWriterTest {

  private static final Duration RETENTION = Duration.ofDays(30);

  private final TestBroker test;

  AuditTopicWriterTest(Engine engine) {
    test = new TestBroker(engine);
  }

  @AfterEach
  void close() {
    test.close();
  }

  private static Entry entry(String value) {
    return new Entry(7, null, value.getBytes(StandardCharsets.UTF_8));
  }

  private AuditTopicWriter open(Duration retention) {
    return Await.result(test.broker.openAuditTopic(retention));
  }

  private Partition partition() {
    return test.broker.topic("__audit").partitions().get(0);
  }

  private int append(AuditTopicWriter writer, List<Entry> entries) {
    CompletableFuture<Integer> durable = writer.append(entries);
    test.owner.runUntilDone(durable);
    return durable.join();
  }

  @Test
  void theBrokerAppendsAndClientsRead() {
    AuditTopicWriter writer = open(RETENTION);
    assertThat(append(writer, List.of(entry("a"), entry("b")))).isEqualTo(2);
    assertThat(append(writer, List.of(entry("c")))).isEqualTo(1);
    Collector reader = new Collector();
    test.subscribe(
        partition(), reader, new SubscriptionStart.Earliest(), IsolationLevel.DURABLE, 1 << 20);
    assertThat(reader.values()).containsExactly("a", "b", "c");
  }

  @Test
  void aListThatIsLongerThanABatchIsTakenInParts() {
    AuditTopicWriter writer = open(RETENTION);
    List<Entry> entries = Collections.nCopies(1000, entry("x".repeat(1000)));
    int first = append(writer, entries);
    assertThat(first).isBetween(100, 200);
    assertThat(append(writer, entries.subList(first, 1000))).isEqualTo(first);
  }

  @Test
  void clientsCanNeitherWriteNorChangeNorDeleteIt() {
    append(open(RETENTION), List.of(entry("a")));
    test.append(partition(), Batches.of("forged"), AckLevel.STORED)
        .refusal(ErrorCode.INVALID_TOPIC_NAME);
    assertRefused(
        ErrorCode.INVALID_TOPIC_NAME,
        () -> test.alterTopic("__audit", Map.of("retentionTime", "1ms")));
    assertRefused(
        ErrorCode.INVALID_TOPIC_NAME, () -> Await.result(test.broker.deleteTopic("__audit")));
    assertRefused(
        ErrorCode.INVALID_TOPIC_NAME, () -> Await.result(test.broker.addPartitions("__audit", 2)));
    assertRefused(ErrorCode.INVALID_TOPIC_NAME, () -> Await.result(partition().deleteBefore(1)));
    assertThat(partition().offsets().start()).isZero();
    assertThat(partition().offsets().end()).isEqualTo(1);
  }

  @Test
  void theRetentionIsThatOfTheSettingsAfterEachStart() {
    append(open(RETENTION), List.of(entry("a")));
    assertThat(test.broker.topic("__audit").settings().retentionTime()).isEqualTo(RETENTION);
    test.restart();
    open(Duration.ofDays(1));
    test.restart();
    assertThat(test.broker.topic("__audit").settings().retentionTime())
        .isEqualTo(Duration.ofDays(1));
    assertThat(partition().offsets().end()).isEqualTo(1);
  }

  @Test
  void retentionDeletesOldEvents() {
    AuditTopicWriter writer = open(RETENTION);
    append(writer, List.of(entry("old")));
    test.clock.move(RETENTION.plusDays(1));
    while (partition().offsets().start() < 1) {
      test.retain(partition());
    }
    assertThat(append(writer, List.of(entry("new")))).isEqualTo(1);
  }

  @Test
  void aFullDiskRefusesAndALaterAppendSucceeds() {
    AuditTopicWriter writer = open(RETENTION);
    test.storage.failingAppend = new StorageException(ErrorCode.DISK_FULL, "full");
    assertThatThrownBy(() -> append(writer, List.of(entry("a"))))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL));
    test.storage.failingAppend = null;
    assertThat(append(writer, List.of(entry("a")))).isEqualTo(1);
  }

  @Test
  void anEventThatIsTooLargeIsRefused() {
    CompletableFuture<Integer> refused =
        open(RETENTION).append(List.of(entry("x".repeat(1 << 20))));
    assertThatThrownBy(refused::join).hasMessageContaining("limits.maxEventBytes");
  }
}
