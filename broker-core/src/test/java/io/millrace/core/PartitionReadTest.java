package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Single reads of a partition. */
@ParameterizedClass
@EnumSource(Engine.class)
class PartitionReadTest {

  private static final int LARGE = 1 << 20;

  private final TestBroker test;
  private final Partition partition;

  PartitionReadTest(Engine engine) {
    test = new TestBroker(engine);
    partition = test.topic("rides");
  }

  @AfterEach
  void close() {
    test.close();
  }

  private void append(ByteBuffer batch) {
    test.append(partition, batch, AckLevel.STORED).offset();
  }

  private void assertRead(
      long from, int maxBytes, IsolationLevel isolation, long firstOffset, long nextOffset) {
    try (PartitionSlice slice = partition.read(from, maxBytes, isolation).join()) {
      ByteBuffer batches = slice.batches();
      assertThat(batches.isReadOnly()).isTrue();
      assertThat(slice.nextOffset()).isEqualTo(nextOffset);
      if (firstOffset == nextOffset) {
        assertThat(batches.hasRemaining()).isFalse();
      } else {
        assertThat(BatchHeader.baseOffset(batches, batches.position())).isEqualTo(firstOffset);
      }
    }
  }

  @Test
  void aReadBeginsWithTheBatchThatContainsTheOffset() {
    append(Batches.atTimes(1, 2, 3));
    append(Batches.atTimes(4, 5));
    assertRead(0, LARGE, IsolationLevel.LATEST, 0, 5);
    assertRead(2, LARGE, IsolationLevel.LATEST, 0, 5);
    assertRead(3, LARGE, IsolationLevel.LATEST, 3, 5);
    assertRead(0, 1, IsolationLevel.LATEST, 0, 3);
  }

  @Test
  void aReadAtTheVisibleEndIsEmpty() {
    assertRead(0, LARGE, IsolationLevel.LATEST, 0, 0);
    test.appendSynced(partition, Batches.of("a"));
    assertRead(1, LARGE, IsolationLevel.DURABLE, 1, 1);
    assertThat(partition.read(1, LARGE, IsolationLevel.DURABLE).join().visibleEnd()).isEqualTo(1);
  }

  @Test
  void theIsolationBoundsARead() {
    test.appendSynced(partition, Batches.of("a"));
    test.storage.holdForces();
    append(Batches.of("b"));
    assertRead(0, LARGE, IsolationLevel.DURABLE, 0, 1);
    assertRead(1, LARGE, IsolationLevel.DURABLE, 1, 1);
    assertRead(0, LARGE, IsolationLevel.LATEST, 0, 2);
  }

  @Test
  void anOffsetOutsideTheLogIsRefused() {
    append(Batches.of("a"));
    assertThat(code(partition.read(2, LARGE, IsolationLevel.LATEST)))
        .isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    assertThat(code(partition.read(-1, LARGE, IsolationLevel.LATEST)))
        .isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
  }

  @Test
  void coldBytesAreLoadedBeforeTheReadCompletes() {
    append(Batches.of("a"));
    CountDownLatch gate = new CountDownLatch(1);
    test.storage.coldFrom = 0;
    test.storage.beforeLoad = () -> Await.zero(gate);
    CompletableFuture<PartitionSlice> reading = partition.read(0, LARGE, IsolationLevel.LATEST);
    assertThat(reading).isNotDone();
    gate.countDown();
    try (PartitionSlice slice = reading.join()) {
      assertThat(slice.nextOffset()).isEqualTo(1);
      assertThat(ColdReader.OPEN_SLICES).hasValue(1);
    }
    assertThat(ColdReader.OPEN_SLICES).hasValue(0);
  }

  @Test
  void aReadThatIsCancelledGivesItsLeaseBack() {
    append(Batches.of("a"));
    CountDownLatch gate = new CountDownLatch(1);
    test.storage.coldFrom = 0;
    test.storage.beforeLoad = () -> Await.zero(gate);
    CompletableFuture<PartitionSlice> reading = partition.read(0, LARGE, IsolationLevel.LATEST);
    reading.cancel(false);
    gate.countDown();
    test.owner.runAside(
        () -> Await.until("no slice is open", () -> ColdReader.OPEN_SLICES.get() == 0));
  }

  @Test
  void aFailedLoadSaysWhyAndGivesTheLeaseBack() {
    append(Batches.of("a"));
    test.storage.coldFrom = 0;
    test.storage.beforeLoad =
        () -> {
          throw new StorageException(ErrorCode.CORRUPT_LOG, "says the test");
        };
    assertThat(code(partition.read(0, LARGE, IsolationLevel.LATEST)))
        .isEqualTo(ErrorCode.CORRUPT_LOG);
    assertThat(ColdReader.OPEN_SLICES).hasValue(0);
  }

  @Test
  void aSliceOutlivesItsTopic() {
    append(Batches.of("a"));
    try (PartitionSlice slice = partition.read(0, LARGE, IsolationLevel.LATEST).join()) {
      test.deleteTopic("rides");
      assertThat(BatchHeader.recordCount(slice.batches(), slice.batches().position())).isOne();
    }
    assertThat(code(partition.read(0, LARGE, IsolationLevel.LATEST)))
        .isEqualTo(ErrorCode.UNKNOWN_TOPIC);
  }

  @Test
  void whatRetentionHasDroppedIsRefused() {
    test.alterTopic("rides", Map.of("retentionBytes", "100KiB"));
    for (int i = 0; i < 30; i++) {
      append(Batches.ofBytes(20_000));
    }
    test.appendSynced(partition, Batches.of("a"));
    test.retain(partition);
    assertThat(code(partition.read(0, LARGE, IsolationLevel.LATEST)))
        .isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    long start = partition.offsets().start();
    try (PartitionSlice slice = partition.read(start, 1, IsolationLevel.LATEST).join()) {
      assertThat(slice.nextOffset()).isEqualTo(start + 1);
    }
  }

  @Test
  void anUnavailablePartitionFailsWithItsReason() {
    LogId id = partition.id();
    test.restart(storage -> storage.unopenable.add(id));
    assertThat(code(test.partition("rides").read(0, LARGE, IsolationLevel.LATEST)))
        .isEqualTo(ErrorCode.CORRUPT_LOG);
  }

  private static ErrorCode code(CompletableFuture<PartitionSlice> reading) {
    Throwable failure = reading.handle((slice, e) -> e).join();
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return ((BrokerException) cause).code();
  }
}
