package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a deletion of the events below an offset removes, and what it keeps. */
interface DeletionContract extends LogContract {

  int BATCH_BYTES = 300;

  @Test
  default void aDeletionRaisesTheStart() {
    appendDurably(4, 3);
    assertThat(log().deleteBefore(6)).isEqualTo(6);
    assertThat(log().offsets()).isEqualTo(new LogOffsets(6, 12, 12));
    assertRefusedBelow(6);
    assertThat(readAll(6)).hasSize(2);
  }

  @Test
  default void aStartInsideABatchIsReadWithTheWholeBatch() {
    List<ByteBuffer> batches = appendDurably(4, 3);
    assertThat(log().deleteBefore(7)).isEqualTo(7);
    assertThat(log().offsets().start()).isEqualTo(7);
    assertRefusedBelow(7);
    assertThat(readAll(7)).isEqualTo(batches.subList(2, 4));
    assertThat(Slices.firstBatch(log(), 7)).isEqualTo(6);
    assertThat(Slices.firstBatch(log(), 8)).isEqualTo(6);
    assertThat(Slices.firstBatch(log(), 9)).isEqualTo(9);
  }

  @Test
  default void aReaderThatBeginsAtAStartInsideABatchMayReadTwice() {
    appendDurably(4, 3);
    log().deleteBefore(7);
    try (LogReader reader = log().reader(7)) {
      assertThat(Slices.read(reader, 1, 8)).as("the batch is not visible").isNull();
      assertThat(LogContract.bytesOf(LogContract.read(reader))).isEqualTo(2 * BATCH_BYTES);
    }
  }

  @Test
  default void aDeletionOfEverythingLeavesAnEmptyLogThatContinues() {
    appendDurably(4, 3);
    assertThat(log().deleteBefore(12)).isEqualTo(12);
    assertThat(log().offsets()).isEqualTo(new LogOffsets(12, 12, 12));
    assertRefusedBelow(12);
    assertThat(readAll(12)).isEmpty();
    restart(new Replayed());
    assertThat(log().offsets()).as("after a restart").isEqualTo(new LogOffsets(12, 12, 12));
    ByteBuffer next = append(3, BATCH_BYTES);
    makeDurable();
    assertThat(log().offsets()).isEqualTo(new LogOffsets(12, 15, 15));
    assertThat(readAll(12)).containsExactly(next);
  }

  @Test
  default void aDeletionInAnEmptyLogDeletesNothing() {
    assertThat(log().deleteBefore(0)).isZero();
    LogContract.assertCode(ErrorCode.OFFSET_OUT_OF_RANGE, () -> log().deleteBefore(1));
    assertThat(log().offsets()).isEqualTo(new LogOffsets(0, 0, 0));
  }

  @Test
  default void aDeletionBelowTheStartDeletesNothing() {
    appendDurably(4, 3);
    log().deleteBefore(7);
    assertThat(log().deleteBefore(6)).isEqualTo(7);
    assertThat(log().deleteBefore(7)).isEqualTo(7);
    assertThat(log().deleteBefore(Long.MIN_VALUE)).isEqualTo(7);
    assertThat(log().offsets()).isEqualTo(new LogOffsets(7, 12, 12));
  }

  @Test
  default void aDeletionAboveTheDurableOffsetIsRefusedAndChangesNothing() {
    appendDurably(4, 3);
    assertThatThrownBy(() -> log().deleteBefore(13))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE))
        .hasMessageContainingAll("log " + ID, "13", "[0, 12)", "at most 12");
    assertThat(log().offsets()).isEqualTo(new LogOffsets(0, 12, 12));
    assertThat(readAll(0)).hasSize(4);
  }

  @Test
  default void aReaderThatADeletionHasOvertakenIsRefused() {
    appendDurably(4, 3);
    try (LogReader reader = log().reader(0)) {
      Slices.read(reader, 1, ALL).close();
      assertThat(reader.position()).isEqualTo(3);
      log().deleteBefore(4);
      LogContract.assertCode(ErrorCode.OFFSET_OUT_OF_RANGE, () -> Slices.read(reader, 1, ALL));
    }
  }

  @Test
  default void aSliceStaysValid() {
    List<ByteBuffer> batches = appendDurably(1, 3);
    try (LogReader reader = log().reader(0);
        LogSlice slice = LogContract.read(reader)) {
      log().deleteBefore(3);
      assertThat(slice.buffer().mismatch(batches.get(0).rewind())).isEqualTo(-1);
    }
  }

  @Test
  default void theStartIsTheSameAfterAnOrderlyRestart() {
    List<ByteBuffer> batches = appendDurably(4, 3);
    log().deleteBefore(7);
    for (int i = 0; i < 2; i++) {
      Replayed replayed = new Replayed();
      restart(replayed);
      assertThat(log().offsets()).isEqualTo(new LogOffsets(7, 12, 12));
      assertThat(log().recovery().clean()).isTrue();
      assertThat(replayed.baseOffsets)
          .as("no checkpoint covers the batches below the start")
          .containsExactly(0L, 3L, 6L, 9L);
      assertThat(readAll(7)).isEqualTo(batches.subList(2, 4));
      assertRefusedBelow(7);
    }
  }

  @Test
  default void theStartIsTheSameAfterACrash() {
    List<ByteBuffer> batches = appendDurably(4, 3);
    log().deleteBefore(7);
    kill();
    assertThat(log().offsets()).isEqualTo(new LogOffsets(7, 12, 12));
    assertThat(readAll(7)).isEqualTo(batches.subList(2, 4));
    assertRefusedBelow(7);
  }

  @Test
  default void anEmptyLogIsEmptyAfterACrash() {
    appendDurably(4, 3);
    log().deleteBefore(7);
    log().deleteBefore(12);
    kill();
    assertThat(log().offsets()).isEqualTo(new LogOffsets(12, 12, 12));
  }

  /** The process dies; the next one opens the log. */
  private void kill() {
    LogStorage left = fixture().afterKill(storage());
    log().close();
    storage().close();
    use(left);
  }

  @Test
  default void aSearchByTimeFindsNoDeletedBatch() {
    for (long time = 100; time < 500; time += 100) {
      append(3, BATCH_BYTES, time, 1);
    }
    makeDurable();
    log().deleteBefore(7);
    assertThat(log().firstBatchAtOrAfter(0, 0, 12)).as("the batch with the start").isEqualTo(6);
    assertThat(log().firstBatchAtOrAfter(300, 7, 12)).isEqualTo(6);
    assertThat(log().firstBatchAtOrAfter(0, 9, 12)).as("after that batch").isEqualTo(9);
    assertThat(log().firstBatchAtOrAfter(401, 0, 12)).isEqualTo(12);
    log().deleteBefore(9);
    assertThat(log().firstBatchAtOrAfter(0, 0, 12)).isEqualTo(9);
    log().deleteBefore(12);
    assertThat(log().firstBatchAtOrAfter(0, 0, 12)).isEqualTo(12);
  }

  @Test
  default void aSearchByTimeBeginsAtAnyOffset() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000, 1, 1);
    }
    makeDurable();
    for (int from = 0; from <= 100; from++) {
      assertThat(log().firstBatchAtOrAfter(1, from, 100)).isEqualTo(from);
    }
  }

  @Test
  default void retentionDropsWhatWasDeletedAlthoughItIsNotExpired() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000);
    }
    makeDurable();
    log().deleteBefore(90);
    assertThat(log().retain(Long.MIN_VALUE, ALL)).as("no checkpoint covers them").isEqualTo(90);
    assertThat(log().sizeBytes()).isEqualTo(1_000_000);
    log().checkpoint(40, new byte[] {1});
    log().retain(Long.MIN_VALUE, ALL);
    assertThat(log().sizeBytes()).isBetween(600_000L, 999_999L);
    assertThat(retain(Long.MIN_VALUE, ALL)).isEqualTo(90);
    assertThat(log().sizeBytes()).isBetween(100_000L, 500_000L);
    assertThat(readAll(90)).hasSize(10);
    assertRefusedBelow(90);
    restart(new Replayed());
    assertThat(log().offsets()).isEqualTo(new LogOffsets(90, 100, 100));
    assertThat(readAll(90)).hasSize(10);
  }

  @Test
  default void theSpaceOfADeletedLogIsFreed() {
    appendDurably(4, 3);
    log().deleteBefore(12);
    while (log().sizeBytes() > 0) {
      log().sealExpired(Long.MIN_VALUE, ALL);
      retain(Long.MIN_VALUE, ALL);
    }
    assertThat(log().offsets()).isEqualTo(new LogOffsets(12, 12, 12));
    kill();
    assertThat(log().offsets()).isEqualTo(new LogOffsets(12, 12, 12));
    ByteBuffer next = append(1, 200);
    makeDurable();
    assertThat(readAll(12)).containsExactly(next);
  }

  @Test
  default void aLogWhoseSpaceIsFreedContinues() {
    appendDurably(4, 3);
    log().deleteBefore(12);
    boolean freed = false;
    for (int roundsAfter = 0; roundsAfter < 5; roundsAfter += freed ? 1 : 0) {
      log().sealExpired(Long.MIN_VALUE, ALL);
      retain(Long.MIN_VALUE, ALL);
      freed = log().sizeBytes() == 0;
    }
    ByteBuffer next = append(1, 200);
    makeDurable();
    assertThat(readAll(12)).containsExactly(next);
    kill();
    assertThat(log().offsets()).isEqualTo(new LogOffsets(12, 13, 13));
    assertThat(readAll(12)).containsExactly(next);
  }

  @Test
  default void aNewestUnitWithAnEventThatStaysIsNotSealed() {
    appendDurably(4, 3);
    log().deleteBefore(11);
    for (int i = 0; i < 3; i++) {
      log().sealExpired(Long.MIN_VALUE, ALL);
      retain(Long.MIN_VALUE, ALL);
    }
    assertThat(log().offsets()).isEqualTo(new LogOffsets(11, 12, 12));
    assertThat(readAll(11)).hasSize(1);
  }

  @Test
  default void retentionByTimeRaisesAStartThatADeletionHasSet() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000, 1, 1000 + i);
    }
    makeDurable();
    log().deleteBefore(2);
    long start = retain(1080, ALL);
    assertThat(start).isBetween(20L, 80L);
    assertThat(log().deleteBefore(2)).isEqualTo(start);
    restart(new Replayed());
    assertThat(log().offsets().start()).isEqualTo(start);
  }

  @Test
  default void aCheckpointBelowTheStartCountsWhileItsBatchIsKept() {
    appendDurably(4, 3);
    log().deleteBefore(10);
    log().checkpoint(6, new byte[] {7});
    Replayed replayed = new Replayed();
    restart(replayed);
    assertThat(replayed.state).containsExactly(7);
    assertThat(replayed.baseOffsets).containsExactly(6L, 9L);
    assertThat(log().offsets().start()).isEqualTo(10);
  }

  @Test
  default void aClosedLogDeletesNothing() {
    appendDurably(1, 3);
    log().close();
    LogContract.assertCode(ErrorCode.STORAGE_FAILED, () -> log().deleteBefore(1));
  }

  private List<ByteBuffer> appendDurably(int batches, int records) {
    List<ByteBuffer> appended = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      appended.add(append(records, BATCH_BYTES));
    }
    makeDurable();
    return appended;
  }

  private void assertRefusedBelow(long start) {
    LogContract.assertCode(ErrorCode.OFFSET_OUT_OF_RANGE, () -> log().reader(start - 1));
  }
}
