package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What retention drops, and what it keeps. */
interface RetentionContract extends LogContract {

  @Test
  default void retentionBySizeDropsTheOldestSegments() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000);
    }
    makeDurable();
    long start = retain(Long.MIN_VALUE, 300_000);
    assertThat(start).isBetween(50L, 99L);
    assertThat(log().offsets().start()).isEqualTo(start);
    assertThat(log().sizeBytes()).isEqualTo((100 - start) * 10_000).isLessThanOrEqualTo(300_000);
    assertThat(readAll(start)).hasSize((int) (100 - start));
    LogContract.assertCode(ErrorCode.OFFSET_OUT_OF_RANGE, () -> log().reader(start - 1));
    assertThat(log().firstBatchAtOrAfter(0, 0, 100)).isEqualTo(start);
  }

  @Test
  default void retentionByTimeDropsSegmentsWhoseNewestAppendIsTooOld() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000, 1, 1000 + i);
    }
    makeDurable();
    long start = retain(1050, ALL);
    assertThat(start).isBetween(1L, 50L);
    assertThat(retain(1050, ALL)).isEqualTo(start);
  }

  @Test
  default void retentionWithoutLimitsDropsNothing() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000);
    }
    makeDurable();
    assertThat(retain(Long.MIN_VALUE, ALL)).isZero();
  }

  @Test
  default void retentionKeepsTheActiveSegment() {
    append(1, 200);
    makeDurable();
    assertThat(retain(ALL, 0)).isZero();
    assertThat(readAll(0)).hasSize(1);
  }

  @Test
  default void anExpiredNewestSegmentIsDropped() {
    append(1, 200, 1, 1000);
    append(1, 200, 1, 1001);
    makeDurable();
    sealAndRetain(1001, ALL);
    assertThat(readAll(0)).as("one event is not expired").hasSize(2);

    while (log().offsets().start() == 0) {
      sealAndRetain(1002, ALL);
    }

    assertThat(log().offsets()).isEqualTo(new LogOffsets(2, 2, 2));
    assertThat(log().sizeBytes()).isZero();
    LogContract.assertCode(ErrorCode.OFFSET_OUT_OF_RANGE, () -> log().reader(1));
    restart(new Replayed());
    assertThat(log().offsets()).as("after a restart").isEqualTo(new LogOffsets(2, 2, 2));
    ByteBuffer next = append(1, 200);
    makeDurable();
    assertThat(LogContract.readAll(log(), 2)).containsExactly(next);
  }

  @Test
  default void aNewestSegmentWithAQuarterOfTheBytesToKeepIsSealed() {
    for (int i = 0; i < 4; i++) {
      append(1, 1000);
      makeDurable();
      sealAndRetain(Long.MIN_VALUE, 4000);
    }
    assertThat(log().offsets().start()).isZero();

    while (log().offsets().start() == 0) {
      append(1, 1001);
      makeDurable();
      sealAndRetain(Long.MIN_VALUE, 4000);
    }

    assertThat(log().sizeBytes()).isLessThanOrEqualTo(4000);
  }

  @Test
  default void anEmptyNewestSegmentIsNotSealedAgain() {
    append(1, 200);
    makeDurable();
    while (log().offsets().start() == 0) {
      sealAndRetain(ALL, 0);
    }
    for (int i = 0; i < 3; i++) {
      sealAndRetain(ALL, 0);
    }
    assertThat(log().offsets()).isEqualTo(new LogOffsets(1, 1, 1));
  }

  private void sealAndRetain(long minAppendTimeMicros, long maxBytes) {
    log().sealExpired(minAppendTimeMicros, maxBytes);
    retain(minAppendTimeMicros, maxBytes);
  }

  @Test
  default void aReaderThatRetentionHasOvertakenIsRefused() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000);
    }
    makeDurable();
    try (LogReader reader = log().reader(0)) {
      LogContract.read(reader).close();
      retain(ALL, 0);
      LogContract.assertCode(ErrorCode.OFFSET_OUT_OF_RANGE, () -> Slices.read(reader, 1, ALL));
    }
  }

  @Test
  default void theStartIsRememberedAcrossAReopen() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000);
    }
    makeDurable();
    long start = retain(ALL, 0);
    restart(new Replayed());
    assertThat(log().offsets()).isEqualTo(new LogOffsets(start, 100, 100));
    assertThat(readAll(start)).hasSize((int) (100 - start));
  }

  @Test
  default void retentionNeverPassesTheLastCheckpoint() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000);
    }
    makeDurable();
    assertThat(log().retain(ALL, 0)).as("without a checkpoint").isZero();
    log().checkpoint(30, new byte[] {1});
    assertThat(log().retain(ALL, 0)).isBetween(1L, 30L);
    Replayed replayed = new Replayed();
    restart(replayed);
    assertThat(replayed.state).containsExactly(1);
    assertThat(replayed.baseOffsets).startsWith(30L).hasSize(70);
    long start = log().offsets().start();
    assertThat(log().retain(ALL, 0)).as("the same checkpoint").isEqualTo(start);
    log().checkpoint(100, new byte[] {2});
    assertThat(log().retain(ALL, 0)).isGreaterThan(50);
  }

  @Test
  default void aFirstBatchLargerThanTheFirstSegmentIsKeptByRetention() {
    ByteBuffer large = append(1, 1_500_000);
    ByteBuffer next = append(1, 200);
    makeDurable();
    assertThat(retain(0, Long.MAX_VALUE)).isZero();
    restart(new Replayed());
    assertThat(LogContract.readAll(log(), 0)).containsExactly(large, next);
  }
}
