package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contract of every storage engine. The test of an engine extends one of the two contracts that
 * extend this one.
 */
public abstract class LogStorageContract {

  protected static final LogId ID = new LogId(new UUID(7, 11), 3);
  protected static final LogSettings SETTINGS = new LogSettings(LogSettings.MIN_SEGMENT_BYTES);

  protected static final long ALL = Long.MAX_VALUE;
  private static final int LARGE = Integer.MAX_VALUE;

  protected LogStorage storage;
  protected PartitionLog log;

  /** What the log told since it was opened. */
  protected Told told;

  /** What the log told that {@link #restart} closed. */
  protected Told toldBefore;

  /** A fresh, empty storage. */
  protected abstract LogStorage create();

  /** The storage of a next broker, after this one was closed. */
  protected abstract LogStorage reopen(LogStorage closed);

  /** The storage of a next broker, after the process of this one died in the middle of it. */
  protected abstract LogStorage afterKill(LogStorage running);

  /** Makes durable what was appended. */
  protected abstract void makeDurable();

  @BeforeEach
  void open() {
    storage = create();
    log = open(storage, new Replayed());
  }

  @AfterEach
  void close() {
    log.close();
    storage.close();
  }

  // Appending.

  @Test
  void aNewLogIsEmpty() {
    assertThat(log.offsets()).isEqualTo(new LogOffsets(0, 0, 0));
    assertThat(log.sizeBytes()).isZero();
    assertThat(log.epoch()).isEqualTo(1);
    assertThat(log.recovery().truncatedAt()).isEqualTo(-1);
    assertThat(log.id()).isEqualTo(ID);
    assertThat(readAll(0)).isEmpty();
  }

  @Test
  void storedBytesAreTheAppendedBytes() {
    List<ByteBuffer> appended = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      appended.add(append(i + 1, 104 + 37 * i));
    }
    assertThat(readAll(0)).isEqualTo(appended);
  }

  @Test
  void anAppendLeavesTheCallersBufferAsItWas() {
    ByteBuffer inTheMiddle = ByteBuffer.allocateDirect(1000).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer batch = TestBatches.next(log, 1, 400, 1, 1);
    inTheMiddle.position(100).put(batch.duplicate()).position(100).limit(500);
    assertThat(log.append(inTheMiddle)).as("stored").isEqualTo(log.offsets().stored());
    assertThat(inTheMiddle.position()).isEqualTo(100);
    assertThat(inTheMiddle.limit()).isEqualTo(500);
    assertThat(readAll(0)).containsExactly(batch);
  }

  @Test
  void aBatchThatDoesNotBeginAtTheEndIsRefusedAndChangesNothing() {
    append(3, 200);
    assertThatThrownBy(() -> log.append(TestBatches.batch(4, 1, 200, 1, 1, 0, log.epoch())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3")
        .hasMessageContaining("4");
    assertThat(log.offsets().end()).isEqualTo(3);
    append(1, 200);
    assertThat(log.offsets().end()).isEqualTo(4);
  }

  @Test
  void aBatchOfAnotherEpochIsRefusedAndChangesNothing() {
    assertThatThrownBy(() -> log.append(TestBatches.batch(0, 1, 200, 1, 1, 0, log.epoch() + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("epoch");
    assertThat(log.offsets().end()).isZero();
  }

  @Test
  void aBatchLargerThanASegmentIsStored() {
    append(1, 200);
    ByteBuffer large = append(10, 5 * LogSettings.MIN_SEGMENT_BYTES);
    append(1, 200);
    assertThat(readAll(1).get(0)).isEqualTo(large);
    assertThat(readAll(0)).hasSize(3);
  }

  // Reading.

  @Test
  void aReadTakesWholeBatchesUpToMaxBytes() {
    for (int i = 0; i < 5; i++) {
      append(1, 200);
    }
    try (LogReader reader = log.reader(0)) {
      assertThat(bytesOf(Slices.read(reader, 599, ALL))).isEqualTo(400);
      assertThat(bytesOf(Slices.read(reader, 600, ALL))).isEqualTo(600);
      assertThat(Slices.read(reader, LARGE, ALL)).isNull();
    }
  }

  @Test
  void aReadTakesOneBatchEvenWhenItIsLargerThanMaxBytes() {
    append(1, 5000);
    append(1, 5000);
    try (LogReader reader = log.reader(0)) {
      assertThat(bytesOf(Slices.read(reader, 1, ALL))).isEqualTo(5000);
      assertThat(reader.position()).isEqualTo(1);
    }
  }

  @Test
  void aReadStopsAtTheLimit() {
    append(5, 200);
    append(5, 300);
    try (LogReader reader = log.reader(0)) {
      assertThat(Slices.read(reader, LARGE, 4)).isNull();
      assertThat(bytesOf(Slices.read(reader, LARGE, 9))).isEqualTo(200);
      assertThat(Slices.read(reader, LARGE, 9)).isNull();
      assertThat(bytesOf(Slices.read(reader, LARGE, 10))).isEqualTo(300);
    }
  }

  @Test
  void aReaderBeginsWithTheBatchThatContainsTheOffset() {
    append(5, 200);
    append(5, 200);
    for (int offset = 5; offset < 10; offset++) {
      try (LogReader reader = log.reader(offset);
          LogSlice slice = read(reader)) {
        assertThat(BatchHeader.baseOffset(slice.buffer(), slice.buffer().position())).isEqualTo(5);
        assertThat(slice.nextOffset()).isEqualTo(10);
      }
    }
  }

  @Test
  void aReadersPositionIsWhereTheNextSliceBegins() {
    append(5, 200);
    append(5, 200);
    try (LogReader reader = log.reader(7);
        LogSlice slice = Slices.read(reader, 1, ALL)) {
      assertThat(BatchHeader.baseOffset(slice.buffer(), slice.buffer().position())).isEqualTo(5);
      assertThat(reader.position()).isEqualTo(10);
    }
  }

  @Test
  void theFirstReadOfAnOffsetInsideABatchTakesNoHalfBatch() {
    append(5, 200);
    try (LogReader reader = log.reader(2)) {
      assertThat(Slices.read(reader, LARGE, 4)).isNull();
      assertThat(bytesOf(Slices.read(reader, LARGE, 5))).isEqualTo(200);
    }
  }

  @Test
  void aColdSliceOfALogThatIsClosedMeanwhileIsLoadedOrRefused() {
    for (int i = 0; i < 30; i++) {
      append(2, 10_000);
    }
    restart(new Replayed());
    LogReader reader = log.reader(31);
    LogSlice slice = reader.read(1, ALL);
    assertThat(slice).isNotNull();
    log.close();
    try (slice) {
      slice.load(Runnable::run).toCompletableFuture().join();
      assertThat(slice.nextOffset()).isEqualTo(32);
    } catch (CompletionException e) {
      assertCode(
          ErrorCode.STORAGE_FAILED,
          () -> {
            throw e.getCause();
          });
    }
  }

  @Test
  void aLoadedSliceIsNotCold() {
    append(2, 200);
    try (LogReader reader = log.reader(0);
        LogSlice slice = reader.read(LARGE, ALL)) {
      slice.load(Runnable::run).toCompletableFuture().join();
      assertThat(slice.cold()).isFalse();
      assertThat(slice.buffer().remaining()).isEqualTo(200);
      assertThat(slice.nextOffset()).isEqualTo(2);
      assertThat(reader.position()).isEqualTo(2);
    }
  }

  @Test
  void aReaderAtTheEndWaitsForTheNextBatch() {
    append(5, 200);
    try (LogReader reader = log.reader(5)) {
      assertThat(reader.position()).isEqualTo(5);
      assertThat(Slices.read(reader, LARGE, ALL)).isNull();
      append(1, 250);
      assertThat(bytesOf(Slices.read(reader, LARGE, ALL))).isEqualTo(250);
    }
  }

  @Test
  void aReaderOfAnEmptyLogSeesItsFirstBatch() {
    try (LogReader reader = log.reader(0)) {
      assertThat(Slices.read(reader, LARGE, ALL)).isNull();
      append(1, 250);
      assertThat(bytesOf(Slices.read(reader, LARGE, ALL))).isEqualTo(250);
    }
  }

  @Test
  void aReaderFollowsTheLogThroughItsSegments() {
    try (LogReader reader = log.reader(0)) {
      for (int i = 0; i < 100; i++) {
        ByteBuffer appended = append(3, 10_000);
        try (LogSlice slice = read(reader)) {
          assertThat(slice.buffer()).isEqualTo(appended);
        }
        assertThat(Slices.read(reader, LARGE, ALL)).isNull();
      }
    }
  }

  @Test
  void everyOffsetOfALogOfManySegmentsIsFound() {
    for (int i = 0; i < 100; i++) {
      append(3, 10_000);
    }
    for (long offset = 0; offset < 300; offset++) {
      assertThat(Slices.firstBatch(log, offset)).isEqualTo(offset / 3 * 3);
    }
  }

  @Test
  void anOffsetOutsideTheLogIsRefused() {
    append(5, 200);
    assertCode(ErrorCode.OFFSET_OUT_OF_RANGE, () -> log.reader(6));
    assertCode(ErrorCode.OFFSET_OUT_OF_RANGE, () -> log.reader(-1));
  }

  @Test
  void aSliceIsReadOnlyAndLittleEndian() {
    append(1, 200);
    try (LogReader reader = log.reader(0);
        LogSlice slice = read(reader)) {
      assertThat(slice.buffer().isReadOnly()).isTrue();
      assertThat(slice.buffer().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    }
  }

  @Test
  void aClosedSliceGivesNoBytes() {
    append(1, 200);
    try (LogReader reader = log.reader(0)) {
      LogSlice slice = read(reader);
      slice.close();
      assertThatThrownBy(slice::buffer).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aSliceOutlivesItsReaderAndItsLog() {
    ByteBuffer appended = append(1, 200);
    LogReader reader = log.reader(0);
    LogSlice slice = read(reader);
    reader.close();
    log.close();
    assertThat(slice.buffer()).isEqualTo(appended);
    slice.close();
  }

  // Event time.

  @Test
  void theFirstBatchOfAnEventTimeIsFoundByOffsetOrder() {
    long[] times = {100, 300, 200, 400};
    for (long time : times) {
      append(2, 200, time, 1);
    }
    assertThat(log.firstBatchAtOrAfter(50, 8)).isEqualTo(0);
    assertThat(log.firstBatchAtOrAfter(100, 8)).isEqualTo(0);
    assertThat(log.firstBatchAtOrAfter(101, 8)).isEqualTo(2);
    assertThat(log.firstBatchAtOrAfter(300, 8)).isEqualTo(2);
    assertThat(log.firstBatchAtOrAfter(301, 8)).isEqualTo(6);
    assertThat(log.firstBatchAtOrAfter(401, 8)).isEqualTo(8);
    assertThat(log.firstBatchAtOrAfter(301, 6)).isEqualTo(6);
    assertThat(log.firstBatchAtOrAfter(100, 0)).isEqualTo(0);
  }

  @Test
  void eventTimesAreFoundInALogOfManySegments() {
    for (int i = 0; i < 400; i++) {
      append(1, 3000, 1000 + i / 2 * 10 - i % 2 * 5, 1);
    }
    for (long time = 990; time < 3010; time += 3) {
      long expected = 400;
      for (int i = 399; i >= 0; i--) {
        if (1000 + i / 2 * 10 - i % 2 * 5 >= time) {
          expected = i;
        }
      }
      assertThat(log.firstBatchAtOrAfter(time, 400)).as("time %d", time).isEqualTo(expected);
    }
  }

  @Test
  void anEmptyLogHasNoBatchOfAnyEventTime() {
    assertThat(log.firstBatchAtOrAfter(1, 0)).isEqualTo(0);
  }

  // Retention.

  @Test
  void retentionBySizeDropsTheOldestSegments() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000);
    }
    makeDurable();
    long start = retain(Long.MIN_VALUE, 300_000);
    assertThat(start).isBetween(50L, 99L);
    assertThat(log.offsets().start()).isEqualTo(start);
    assertThat(log.sizeBytes()).isEqualTo((100 - start) * 10_000).isLessThanOrEqualTo(300_000);
    assertThat(readAll(start)).hasSize((int) (100 - start));
    assertCode(ErrorCode.OFFSET_OUT_OF_RANGE, () -> log.reader(start - 1));
    assertThat(log.firstBatchAtOrAfter(0, 100)).isEqualTo(start);
  }

  @Test
  void retentionByTimeDropsSegmentsWhoseNewestAppendIsTooOld() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000, 1, 1000 + i);
    }
    makeDurable();
    long start = retain(1050, ALL);
    assertThat(start).isBetween(1L, 50L);
    assertThat(retain(1050, ALL)).isEqualTo(start);
  }

  @Test
  void retentionWithoutLimitsDropsNothing() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000);
    }
    makeDurable();
    assertThat(retain(Long.MIN_VALUE, ALL)).isZero();
  }

  @Test
  void alteredSettingsHoldForTheNextSegments() {
    log.alter(new LogSettings(1 << 20));
    for (int i = 0; i < 90; i++) {
      append(1, 10_000);
    }
    makeDurable();
    retain(ALL, 0);
    assertThat(log.sizeBytes()).isBetween((long) LogSettings.MIN_SEGMENT_BYTES, 1L << 20);
  }

  @Test
  void retentionKeepsTheActiveSegment() {
    append(1, 200);
    makeDurable();
    assertThat(retain(ALL, 0)).isZero();
    assertThat(readAll(0)).hasSize(1);
  }

  @Test
  void aReaderThatRetentionHasOvertakenIsTold() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000);
    }
    makeDurable();
    try (LogReader reader = log.reader(0)) {
      read(reader).close();
      retain(ALL, 0);
      assertCode(ErrorCode.OFFSET_OUT_OF_RANGE, () -> Slices.read(reader, 1, ALL));
    }
  }

  @Test
  void aSliceSurvivesTheRetentionOfItsSegment() {
    List<ByteBuffer> appended = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      appended.add(append(1, 10_000));
    }
    makeDurable();
    try (LogReader reader = log.reader(0);
        LogSlice slice = Slices.read(reader, 1, ALL)) {
      retain(ALL, 0);
      assertThat(slice.buffer()).isEqualTo(appended.get(0));
    }
  }

  @Test
  void theStartIsRememberedAcrossAReopen() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000);
    }
    makeDurable();
    long start = retain(ALL, 0);
    restart(new Replayed());
    assertThat(log.offsets()).isEqualTo(new LogOffsets(start, 100, 100));
    assertThat(readAll(start)).hasSize((int) (100 - start));
  }

  @Test
  void retentionNeverPassesTheLastCheckpoint() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000);
    }
    makeDurable();
    assertThat(log.retain(ALL, 0)).as("without a checkpoint").isZero();
    log.checkpoint(30, new byte[] {1});
    assertThat(log.retain(ALL, 0)).isBetween(1L, 30L);
    Replayed replayed = new Replayed();
    restart(replayed);
    assertThat(replayed.state).containsExactly(1);
    assertThat(replayed.baseOffsets).startsWith(30L).hasSize(70);
    long start = log.offsets().start();
    assertThat(log.retain(ALL, 0)).as("the same checkpoint").isEqualTo(start);
    log.checkpoint(100, new byte[] {2});
    assertThat(log.retain(ALL, 0)).isGreaterThan(50);
  }

  /** Drops what may go once a checkpoint covers everything durable. */
  protected long retain(long minAppendTimeMicros, long maxBytes) {
    log.checkpoint(log.offsets().durable(), new byte[0]);
    return log.retain(minAppendTimeMicros, maxBytes);
  }

  // Checkpoints, reopening, crashes.

  @Test
  void aReopenedLogHasAllItsBatchesAndANewEpoch() {
    List<ByteBuffer> appended = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      appended.add(append(2, 10_000));
    }
    restart(new Replayed());
    assertThat(log.offsets()).isEqualTo(new LogOffsets(0, 60, 60));
    assertThat(log.recovery().clean()).isTrue();
    assertThat(log.epoch()).isEqualTo(2);
    assertThat(log.sizeBytes()).isEqualTo(300_000);
    assertThat(readAll(0)).isEqualTo(appended);
    append(1, 200);
    assertThat(log.offsets().end()).isEqualTo(61);
  }

  @Test
  void withoutACheckpointEveryBatchIsReplayed() {
    for (int i = 0; i < 30; i++) {
      append(2, 10_000);
    }
    Replayed replayed = new Replayed();
    restart(replayed);
    assertThat(replayed.state).isNull();
    assertThat(replayed.baseOffsets).hasSize(30).startsWith(0L, 2L).endsWith(56L, 58L);
  }

  @Test
  void aCheckpointIsRestoredAndOnlyLaterBatchesAreReplayed() {
    append(2, 200);
    append(2, 200);
    makeDurable();
    log.checkpoint(2, new byte[] {1});
    log.checkpoint(4, new byte[] {1, 2, 3});
    append(3, 200);
    Replayed replayed = new Replayed();
    restart(replayed);
    assertThat(replayed.state).containsExactly(1, 2, 3);
    assertThat(replayed.baseOffsets).containsExactly(4L);
  }

  @Test
  void aCheckpointAtTheEndReplaysNothing() {
    append(2, 200);
    makeDurable();
    log.checkpoint(2, new byte[0]);
    Replayed replayed = new Replayed();
    restart(replayed);
    assertThat(replayed.state).isEmpty();
    assertThat(replayed.baseOffsets).isEmpty();
  }

  @Test
  void aFirstBatchLargerThanTheFirstSegmentIsKeptByRetention() {
    ByteBuffer large = append(1, 1_500_000);
    ByteBuffer next = append(1, 200);
    makeDurable();
    assertThat(retain(0, Long.MAX_VALUE)).isZero();
    restart(new Replayed());
    assertThat(readAll(log, 0)).containsExactly(large, next);
  }

  @Test
  void aCheckpointBelowTheStartIsRefused() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000);
    }
    makeDurable();
    long start = retain(ALL, 0);
    assertCode(ErrorCode.OFFSET_OUT_OF_RANGE, () -> log.checkpoint(start - 1, new byte[0]));
    log.checkpoint(start, new byte[0]);
  }

  @Test
  void theDeathOfTheProcessLosesNothingStored() {
    List<ByteBuffer> appended = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      appended.add(append(2, 10_000));
      if (i == 20) {
        makeDurable();
        log.checkpoint(40, new byte[] {9});
      }
    }
    LogStorage next = afterKill(storage);
    Replayed replayed = new Replayed();
    try (PartitionLog recovered = opened(next, ID, replayed, new Told())) {
      assertThat(recovered.recovery().clean()).isFalse();
      assertThat(recovered.epoch()).isEqualTo(2);
      assertThat(recovered.offsets()).isEqualTo(new LogOffsets(0, 60, 60));
      assertThat(readAll(recovered, 0)).isEqualTo(appended);
      assertThat(replayed.state).containsExactly(9);
      assertThat(replayed.baseOffsets).hasSize(10).startsWith(40L);
    }
    next.close();
  }

  // The storage.

  @Test
  void aLogIsOpenOnlyOnce() {
    assertThatThrownBy(() -> storage.open(ID, SETTINGS, new Replayed(), new Told()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(ID.toString());
  }

  @Test
  void aLogIsOpenOnlyOnceAlsoWhileItOpens() {
    LogId other = new LogId(new UUID(1, 2), 0);
    CompletionStage<PartitionLog> opening =
        storage.open(other, SETTINGS, new Replayed(), new Told());
    assertThatThrownBy(() -> storage.open(other, SETTINGS, new Replayed(), new Told()))
        .isInstanceOf(IllegalStateException.class);
    opening.toCompletableFuture().join().close();
  }

  @Test
  void manyLogsOpenTogether() {
    List<CompletableFuture<PartitionLog>> opening = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      LogId id = new LogId(new UUID(1, 2), i);
      opening.add(storage.open(id, SETTINGS, new Replayed(), new Told()).toCompletableFuture());
    }
    for (int i = 0; i < 30; i++) {
      assertThat(opening.get(i).join().id()).isEqualTo(new LogId(new UUID(1, 2), i));
      opening.get(i).join().close();
    }
  }

  @Test
  void aClosedLogRefuses() {
    append(1, 200);
    LogReader reader = log.reader(0);
    log.close();
    assertCode(ErrorCode.STORAGE_FAILED, () -> append(1, 200));
    assertCode(ErrorCode.STORAGE_FAILED, () -> log.reader(0));
    assertCode(ErrorCode.STORAGE_FAILED, () -> Slices.read(reader, 1, ALL));
    assertCode(ErrorCode.STORAGE_FAILED, () -> log.firstBatchAtOrAfter(0, 1));
    assertThat(log.offsets()).isEqualTo(new LogOffsets(0, 1, 1));
    reader.close();
  }

  @Test
  void aStorageWithAnOpenLogIsNotClosed() {
    assertThatThrownBy(() -> storage.close())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(ID.toString());
    append(1, 200);
  }

  @Test
  void logsAreListedUntilDeleted() {
    LogId other = new LogId(new UUID(1, 2), 0);
    opened(storage, other, new Replayed(), new Told()).close();
    assertThat(storage.list()).containsExactlyInAnyOrder(ID, other);
    storage.delete(other);
    storage.delete(other);
    assertThat(storage.list()).containsExactly(ID);
  }

  @Test
  void aDeletedLogBeginsAnew() {
    append(5, 200);
    log.close();
    storage.delete(ID);
    Replayed replayed = new Replayed();
    log = open(storage, replayed);
    assertThat(log.offsets()).isEqualTo(new LogOffsets(0, 0, 0));
    assertThat(replayed.baseOffsets).isEmpty();
    assertThat(replayed.state).isNull();
  }

  @Test
  void anOpenLogIsNotDeleted() {
    assertThatThrownBy(() -> storage.delete(ID)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void usableBytesAreKnown() {
    assertThat(storage.usableBytes()).isPositive();
  }

  // How the tests speak.

  protected void restart(LogReplay replay) {
    log.close();
    storage.close();
    storage = reopen(storage);
    toldBefore = told;
    log = open(storage, replay);
  }

  private PartitionLog open(LogStorage on, LogReplay replay) {
    told = new Told();
    return opened(on, ID, replay, told);
  }

  /** Opens a log and waits for it; fails with what the opening fails with. */
  protected static PartitionLog opened(
      LogStorage on, LogId id, LogReplay replay, LogListener listener) {
    return on.open(id, SETTINGS, replay, listener).toCompletableFuture().join();
  }

  protected ByteBuffer append(int records, int bytes) {
    return append(records, bytes, 1, 1);
  }

  protected ByteBuffer append(int records, int bytes, long eventTime, long appendTime) {
    ByteBuffer batch = TestBatches.next(log, records, bytes, eventTime, appendTime);
    log.append(batch);
    return batch;
  }

  protected List<ByteBuffer> readAll(long from) {
    return readAll(log, from);
  }

  /** Copies of all batches from the one that contains an offset. */
  protected static List<ByteBuffer> readAll(PartitionLog log, long from) {
    List<ByteBuffer> batches = new ArrayList<>();
    try (LogReader reader = log.reader(from)) {
      while (reader.position() < log.offsets().end()) {
        try (LogSlice slice = Slices.read(reader, 50_000, ALL)) {
          split(slice.buffer(), batches);
        }
      }
    }
    return batches;
  }

  private static void split(ByteBuffer slice, List<ByteBuffer> batches) {
    int at = slice.position();
    while (at < slice.limit()) {
      byte[] batch = new byte[BatchHeader.length(slice, at)];
      slice.get(at, batch);
      batches.add(ByteBuffer.wrap(batch));
      at += batch.length;
    }
  }

  private static LogSlice read(LogReader reader) {
    LogSlice slice = Slices.read(reader, LARGE, ALL);
    assertThat(slice).as("a slice at %d", reader.position()).isNotNull();
    return slice;
  }

  private static int bytesOf(LogSlice leased) {
    try (LogSlice slice = leased) {
      return slice.buffer().remaining();
    }
  }

  protected static void assertCode(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  /** What a log's owner was told while it was opened. */
  public static final class Replayed implements LogReplay {

    public byte[] state;
    public final List<Long> baseOffsets = new ArrayList<>();

    @Override
    public void restore(byte[] checkpointState) {
      assertThat(state).as("restored once").isNull();
      assertThat(baseOffsets).as("restored before any batch").isEmpty();
      state = checkpointState;
    }

    @Override
    public void replay(ByteBuffer header) {
      baseOffsets.add(BatchHeader.baseOffset(header, header.position()));
    }
  }
}
