package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The answer to an append, and its moment. */
@ParameterizedClass
@EnumSource(Engine.class)
class AppendTest {

  private final TestBroker test;
  private final Partition partition;

  AppendTest(Engine engine) {
    test = new TestBroker(engine);
    partition = test.topic("rides");
  }

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void aStoredAppendIsAnsweredBeforeAnyForce() {
    test.storage.holdForces();
    Answer answer = test.append(partition, Batches.of("a"), AckLevel.STORED);
    assertThat(answer.offset()).isZero();
    assertThat(partition.offsets()).isEqualTo(new LogOffsets(0, 0, 1));
  }

  @Test
  void anAppendWithoutAckIsTakenAtOnce() {
    test.storage.holdForces();
    assertThat(test.append(partition, Batches.of("a"), AckLevel.NONE).offset()).isZero();
  }

  @Test
  void aSyncedAppendIsAnsweredOnlyWhenItIsOnDisk() {
    test.storage.holdForces();
    Answer answer = test.append(partition, Batches.of("a"), AckLevel.SYNCED);
    test.storage.awaitForce();
    test.owner.runAll();
    assertThat(answer.isDone()).isFalse();
    test.storage.letForces(1);
    test.owner.runUntil(answer::isDone);
    assertThat(answer.offset()).isZero();
    assertThat(partition.offsets()).isEqualTo(new LogOffsets(0, 1, 1));
  }

  @Test
  void appendsThatComeWhileAForceRunsShareTheNext() {
    test.storage.holdForces();
    Answer first = test.append(partition, Batches.of("a"), AckLevel.SYNCED);
    test.storage.awaitForce();
    Answer last = null;
    for (int i = 0; i < 1000; i++) {
      last = test.append(partition, Batches.of("b"), AckLevel.SYNCED);
    }
    test.storage.letForces(2);
    test.owner.runUntil(last::isDone);
    assertThat(first.isDone()).isTrue();
    assertThat(last.offset()).isEqualTo(1000);
    assertThat(test.storage.forces).hasValueLessThanOrEqualTo(2);
  }

  @Test
  void anErrorOfOneWhoIsAnsweredDoesNotKeepOthersFromIt() {
    Collector reader = new Collector();
    test.subscribe(partition, reader, new SubscriptionStart.Earliest());
    test.storage.holdForces();
    partition.append(Batches.of("a"), ProducerSecret.NONE, AckLevel.SYNCED, new Broken());
    test.storage.awaitForce();
    Answer second = test.append(partition, Batches.of("b"), AckLevel.SYNCED);
    test.storage.letAllForces();
    test.owner.runUntil(second::isDone);
    test.owner.runAll();
    assertThat(second.offset()).isEqualTo(1);
    assertThat(reader.values()).containsExactly("a", "b");
  }

  private static final class Broken implements AppendCallback {

    @Override
    public void appended(long baseOffset, long appendTimeMicros) {
      throw new StackOverflowError("says the test");
    }

    @Override
    public void refused(BrokerException cause) {
      throw new StackOverflowError("says the test");
    }
  }

  @Test
  void anErrorWhileABatchIsWrittenRefusesItAndFailsThePartition() {
    test.storage.errorInAppend = new StackOverflowError("says the test");
    test.append(partition, Batches.of("a"), AckLevel.STORED).refusal(ErrorCode.STORAGE_FAILED);
    test.storage.errorInAppend = null;
    test.append(partition, Batches.of("b"), AckLevel.STORED).refusal(ErrorCode.STORAGE_FAILED);
  }

  @Test
  void aStoredAppendIsForcedWithinTheFlushInterval() {
    test.storage.holdForces();
    test.append(partition, Batches.of("a"), AckLevel.STORED);
    test.storage.awaitForce();
    test.storage.letForces(1);
    test.owner.runUntil(() -> partition.offsets().durable() == 1);
    assertThat(test.storage.forces).hasValue(1);
  }

  @Test
  void partitionsAreForcedInParallel() {
    Partition other = test.topic("other");
    test.storage.holdForces();
    Answer one = test.append(partition, Batches.of("a"), AckLevel.SYNCED);
    Answer two = test.append(other, Batches.of("a"), AckLevel.SYNCED);
    test.storage.awaitForce();
    test.storage.awaitForce();
    test.storage.letForces(2);
    test.owner.runUntil(() -> one.isDone() && two.isDone());
    assertThat(one.offset() + two.offset()).isZero();
  }

  @Test
  void theAppendTimeNeverGoesBack() {
    long before = test.append(partition, Batches.of("a"), AckLevel.STORED).appendTimeMicros();
    test.clock.move(Duration.ofMinutes(-5));
    long during = test.append(partition, Batches.of("b"), AckLevel.STORED).appendTimeMicros();
    test.clock.move(Duration.ofMinutes(6));
    long after = test.append(partition, Batches.of("c"), AckLevel.STORED).appendTimeMicros();
    assertThat(during).isEqualTo(before);
    assertThat(after).isEqualTo(test.clock.micros()).isGreaterThan(before);
  }

  @Test
  void theAppendTimeDoesNotGoBackOverARestart() {
    long before = test.append(partition, Batches.of("a"), AckLevel.STORED).appendTimeMicros();
    test.restart();
    test.clock.move(Duration.ofMinutes(-5));
    Answer answer = test.append(test.partition("rides"), Batches.of("b"), AckLevel.STORED);
    assertThat(answer.appendTimeMicros()).isEqualTo(before);
  }

  @Test
  void aDamagedBatchIsRefusedAndNothingStored() {
    ByteBuffer batch = Batches.of("a");
    batch.put(batch.limit() - 1, (byte) (batch.get(batch.limit() - 1) + 1));
    Answer answer = test.append(partition, batch, AckLevel.SYNCED);
    answer.refusal(ErrorCode.CORRUPT_BATCH);
    assertThat(partition.offsets().end()).isZero();
    assertThat(partition.failure()).isNull();
  }

  @Test
  void aFullDiskRefusesAppendsAndHurtsNothing() {
    test.appendSynced(partition, Batches.of("a"));
    test.storage.failingAppend = new StorageException(ErrorCode.DISK_FULL, "full");
    test.append(partition, Batches.of("b"), AckLevel.SYNCED).refusal(ErrorCode.DISK_FULL);
    assertThat(partition.failure()).isNull();
    test.storage.failingAppend = null;
    assertThat(test.appendSynced(partition, Batches.of("c")).offset()).isEqualTo(1);
  }

  @Test
  void aProducerOfStoredIsRefusedByAFullDiskAndGoesOnWhereItWas() {
    Collector reader = new Collector();
    test.subscribe(
        partition, reader, new SubscriptionStart.Earliest(), IsolationLevel.LATEST, 1 << 20);
    test.append(partition, Batches.ofProducer(7, 0, 0, 3), AckLevel.STORED).offset();
    test.storage.failingAppend = new StorageException(ErrorCode.DISK_FULL, "full");
    assertThat(
            test.append(partition, Batches.ofProducer(7, 0, 3, 2), AckLevel.STORED)
                .refusal(ErrorCode.DISK_FULL)
                .code()
                .retriable())
        .isTrue();
    assertThat(test.append(partition, Batches.ofProducer(7, 0, 0, 3), AckLevel.STORED).offset())
        .as("what is stored is told again")
        .isZero();
    assertThat(partition.failure()).isNull();
    test.storage.failingAppend = null;
    assertThat(test.append(partition, Batches.ofProducer(7, 0, 3, 2), AckLevel.STORED).offset())
        .isEqualTo(3);
    test.owner.runUntil(() -> partition.offsets().durable() == 5);
    test.owner.runAll();
    assertThat(reader.offsets()).containsExactly(0L, 1L, 2L, 3L, 4L);
  }

  @Test
  void aBatchRefusedByAFullDiskIsNoDuplicateWhenItComesAgain() {
    test.storage.failingAppend = new StorageException(ErrorCode.DISK_FULL, "full");
    test.append(partition, Batches.ofProducer(7, 0, 0, 3), AckLevel.SYNCED)
        .refusal(ErrorCode.DISK_FULL);
    test.append(partition, Batches.ofProducer(7, 0, 3, 1), AckLevel.SYNCED)
        .refusal(ErrorCode.OUT_OF_ORDER_SEQUENCE);
    test.storage.failingAppend = null;
    assertThat(test.appendSynced(partition, Batches.ofProducer(7, 0, 0, 3)).offset()).isZero();
    assertThat(partition.offsets().end()).isEqualTo(3);
  }

  @Test
  void aFailedForceRefusesWhoWaitsAndWhoComesAfter() {
    test.appendSynced(partition, Batches.of("a"));
    test.storage.failingForces.add(partition.id());
    Answer waiting = test.append(partition, Batches.of("b"), AckLevel.SYNCED);
    test.owner.runUntil(waiting::isDone);
    waiting.refusal(ErrorCode.STORAGE_FAILED);
    assertThat(partition.failure().code()).isEqualTo(ErrorCode.STORAGE_FAILED);
    test.append(partition, Batches.of("c"), AckLevel.NONE).refusal(ErrorCode.STORAGE_FAILED);
    assertThat(partition.offsets()).isEqualTo(new LogOffsets(0, 1, 2));
  }

  @Test
  void afterAFailedForceDurableEventsAreReadAndOtherPartitionsGoOn() {
    test.appendSynced(partition, Batches.of("a"));
    test.storage.failingForces.add(partition.id());
    Answer waiting = test.append(partition, Batches.of("b"), AckLevel.SYNCED);
    test.owner.runUntil(waiting::isDone);
    Collector collector = new Collector();
    test.subscribe(partition, collector, new SubscriptionStart.Earliest());
    assertThat(collector.values()).containsExactly("a");
    assertThat(test.appendSynced(test.topic("other"), Batches.of("x")).offset()).isZero();
  }

  @Test
  void aFailedForceIsNotTriedAgain() {
    test.storage.failingForces.add(partition.id());
    test.storage.holdForces();
    Answer first = test.append(partition, Batches.of("a"), AckLevel.SYNCED);
    test.storage.awaitForce();
    Answer second = test.append(partition, Batches.of("b"), AckLevel.SYNCED);
    test.storage.letAllForces();
    test.owner.runUntil(() -> first.isDone() && second.isDone());
    WatchedStorage broken = test.storage;
    test.restart();
    assertThat(broken.forces).hasValue(1);
  }

  /** Readers would see events that a power failure takes back. */
  @Test
  void aDurableOffsetBeyondTheEndFailsThePartition() {
    test.appendSynced(partition, Batches.of("a"));
    test.storage.forcedTo = durable -> durable + 1;
    Answer answer = test.append(partition, Batches.of("b"), AckLevel.SYNCED);
    test.owner.runUntil(answer::isDone);
    assertThat(answer.refusal(ErrorCode.STORAGE_FAILED))
        .hasMessageContaining("durable offset 3; expected 1 to 2");
    Collector seen = new Collector();
    test.subscribe(partition, seen, new SubscriptionStart.Earliest());
    assertThat(seen.values()).containsExactly("a");
  }

  @Test
  void aDurableOffsetThatGoesBackFailsThePartition() {
    test.appendSynced(partition, Batches.of("a"));
    test.storage.forcedTo = durable -> 0;
    Answer answer = test.append(partition, Batches.of("b"), AckLevel.SYNCED);
    test.owner.runUntil(answer::isDone);
    assertThat(answer.refusal(ErrorCode.STORAGE_FAILED))
        .hasMessageContaining("durable offset 0; expected 1 to 2");
  }

  @Test
  void aFailedAppendFailsThePartition() {
    test.storage.failingAppend = new StorageException(ErrorCode.STORAGE_FAILED, "broken");
    test.append(partition, Batches.of("a"), AckLevel.STORED).refusal(ErrorCode.STORAGE_FAILED);
    test.storage.failingAppend = null;
    test.append(partition, Batches.of("a"), AckLevel.STORED).refusal(ErrorCode.STORAGE_FAILED);
  }

  @Test
  void noMoreThanALimitWaitForTheDisk() {
    test.storage.holdForces();
    for (int i = 0; i < PendingAcks.MAX_WAITING; i++) {
      test.append(partition, Batches.of("a"), AckLevel.SYNCED);
    }
    test.append(partition, Batches.of("b"), AckLevel.SYNCED).refusal(ErrorCode.TOO_MANY_IN_FLIGHT);
    assertThat(test.append(partition, Batches.of("c"), AckLevel.STORED).offset())
        .isEqualTo(PendingAcks.MAX_WAITING);
  }
}
