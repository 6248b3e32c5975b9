package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import io.millrace.storage.TestSettings;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Retention drops old events, according to the topic's settings. */
@ParameterizedClass
@EnumSource(Engine.class)
class RetentionTest {

  private static final int BATCH_BYTES = 20_000;

  private final TestBroker test;
  private final Partition partition;

  RetentionTest(Engine engine) {
    test = new TestBroker(engine);
    partition = test.topic("rides");
  }

  @AfterEach
  void close() {
    test.close();
  }

  private void append(int batches) {
    for (int i = 0; i < batches; i++) {
      test.append(partition, Batches.ofBytes(BATCH_BYTES), AckLevel.STORED);
    }
    test.appendSynced(partition, Batches.of("end"));
  }

  @Test
  void eventsOlderThanTheRetentionTimeGo() {
    test.alterTopic("rides", Map.of("retentionTime", "1h"));
    append(20);
    test.clock.move(Duration.ofMinutes(61));
    append(20);
    test.retain(partition);
    assertThat(partition.offsets().start()).isBetween(10L, 21L);
  }

  @Test
  void eventsWithinTheRetentionTimeStay() {
    test.alterTopic("rides", Map.of("retentionTime", "1h"));
    append(20);
    test.clock.move(Duration.ofMinutes(59));
    append(20);
    test.retain(partition);
    assertThat(partition.offsets().start()).isZero();
  }

  @Test
  void aTopicThatGetsNoMoreEventsBecomesEmpty() {
    test.alterTopic("rides", Map.of("retentionTime", "1h"));
    append(20);
    long end = partition.offsets().end();
    test.clock.move(Duration.ofMinutes(61));
    while (partition.offsets().start() < end) {
      test.retain(partition);
    }
    assertThat(partition.sizeBytes()).isZero();
    test.restart();
    assertThat(test.partition("rides").offsets().start()).isEqualTo(end);
    assertThat(test.appendSynced(test.partition("rides"), Batches.of("next")).offset())
        .isEqualTo(end);
  }

  @Test
  void theOldestGoWhileMoreBytesThanAllowedAreKept() {
    test.alterTopic("rides", Map.of("retentionBytes", "200KiB"));
    append(100);
    long before = partition.sizeBytes();
    test.retain(partition);
    assertThat(before).isGreaterThan(100L * BATCH_BYTES);
    assertThat(partition.sizeBytes()).isLessThan(300_000);
    assertThat(partition.offsets().start()).isPositive();
  }

  @Test
  void anAlteredSegmentSizeHoldsAtOnce() {
    test.alterTopic("rides", Map.of("segmentBytes", "1MiB", "retentionTime", "1h"));
    append(45);
    test.clock.move(Duration.ofMinutes(61));
    append(0);
    test.retain(partition);
    assertThat(partition.offsets().start()).isPositive();
    assertThat(partition.sizeBytes()).isGreaterThan(TestSettings.SMALLEST_SEGMENT_BYTES);
  }

  @Test
  void aCheckpointThatFailedIsTakenAgainThoughNothingMoreIsAppended() {
    test.alterTopic("rides", Map.of("retentionBytes", "1"));
    append(20);
    test.storage.failingCheckpoint = new StorageException(ErrorCode.DISK_FULL, "full");
    test.retain(partition);
    assertThat(partition.offsets().start()).as("no checkpoint covers them").isZero();

    test.storage.failingCheckpoint = null;
    test.retain(partition);

    assertThat(partition.offsets().start()).isPositive();
    int checkpoints = test.storage.checkpoints.get();
    test.retain(partition);
    assertThat(test.storage.checkpoints).as("one that covers all is enough").hasValue(checkpoints);
  }

  @Test
  void theBackgroundLooksByItself() {
    BrokerSettings often = TestBroker.settings(Duration.ofMillis(1));
    try (TestBroker other = new TestBroker(Engine.MEMORY, often)) {
      Partition eager = other.topic("t");
      other.alterTopic("t", Map.of("retentionBytes", "1"));
      for (int i = 0; i < 20; i++) {
        other.append(eager, Batches.ofBytes(BATCH_BYTES), AckLevel.STORED);
      }
      other.appendSynced(eager, Batches.of("end"));
      long end = eager.offsets().end();
      other.owner.runUntil(() -> eager.offsets().start() > 0);
      assertThat(eager.offsets().end()).as("only old events go").isEqualTo(end);
    }
  }

  @Test
  void aLookThatFailsIsNotTheLast() {
    CountDownLatch looks = new CountDownLatch(2);
    try (RetentionThread retention = new RetentionThread()) {
      retention.start(
          Duration.ofMillis(1),
          () -> {
            looks.countDown();
            throw new StackOverflowError("says the test");
          });
      Await.zero(looks);
      assertThat(looks.getCount()).isZero();
    }
  }

  @Test
  void producersOutliveTheirEvents() {
    test.alterTopic("rides", Map.of("retentionBytes", "1"));
    test.append(partition, Batches.ofProducer(7, 0, 0, 3), AckLevel.STORED).offset();
    append(20);
    test.retain(partition);
    test.restart();
    Answer again =
        test.append(test.partition("rides"), Batches.ofProducer(7, 0, 0, 3), AckLevel.STORED);
    assertThat(again.offset()).isZero();
  }
}
