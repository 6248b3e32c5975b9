package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What a reader returns: whole batches, in order, up to a limit. */
interface ReadContract extends LogContract {

  @Test
  default void aReadTakesWholeBatchesUpToMaxBytes() {
    for (int i = 0; i < 5; i++) {
      append(1, 200);
    }
    try (LogReader reader = log().reader(0)) {
      assertThat(LogContract.bytesOf(Slices.read(reader, 599, ALL))).isEqualTo(400);
      assertThat(LogContract.bytesOf(Slices.read(reader, 600, ALL))).isEqualTo(600);
      assertThat(Slices.read(reader, LARGE, ALL)).isNull();
    }
  }

  @Test
  default void aReadTakesOneBatchEvenWhenItIsLargerThanMaxBytes() {
    append(1, 5000);
    append(1, 5000);
    try (LogReader reader = log().reader(0)) {
      assertThat(LogContract.bytesOf(Slices.read(reader, 1, ALL))).isEqualTo(5000);
      assertThat(reader.position()).isEqualTo(1);
    }
  }

  @Test
  default void aReportOfDamageDoesNotAffectWholeBatches() {
    append(5, 200);
    log().reportDamage(2);
    log().reportDamage(5);
    try (LogReader reader = log().reader(0)) {
      assertThat(LogContract.bytesOf(Slices.read(reader, 1, ALL))).isEqualTo(200);
    }
    assertThat(log().damage()).isEmpty();
  }

  @Test
  default void aReadStopsAtTheLimit() {
    append(5, 200);
    append(5, 300);
    try (LogReader reader = log().reader(0)) {
      assertThat(Slices.read(reader, LARGE, 4)).isNull();
      assertThat(LogContract.bytesOf(Slices.read(reader, LARGE, 9))).isEqualTo(200);
      assertThat(Slices.read(reader, LARGE, 9)).isNull();
      assertThat(LogContract.bytesOf(Slices.read(reader, LARGE, 10))).isEqualTo(300);
    }
  }

  @Test
  default void aReaderBeginsWithTheBatchThatContainsTheOffset() {
    append(5, 200);
    append(5, 200);
    for (int offset = 5; offset < 10; offset++) {
      try (LogReader reader = log().reader(offset);
          LogSlice slice = LogContract.read(reader)) {
        assertThat(BatchHeader.baseOffset(slice.buffer(), slice.buffer().position())).isEqualTo(5);
        assertThat(slice.nextOffset()).isEqualTo(10);
      }
    }
  }

  @Test
  default void aReadersPositionIsWhereTheNextSliceBegins() {
    append(5, 200);
    append(5, 200);
    try (LogReader reader = log().reader(7);
        LogSlice slice = Slices.read(reader, 1, ALL)) {
      assertThat(BatchHeader.baseOffset(slice.buffer(), slice.buffer().position())).isEqualTo(5);
      assertThat(reader.position()).isEqualTo(10);
    }
  }

  @Test
  default void theFirstReadOfAnOffsetInsideABatchTakesNoHalfBatch() {
    append(5, 200);
    try (LogReader reader = log().reader(2)) {
      assertThat(Slices.read(reader, LARGE, 4)).isNull();
      assertThat(LogContract.bytesOf(Slices.read(reader, LARGE, 5))).isEqualTo(200);
    }
  }

  @Test
  default void aReaderAtTheEndWaitsForTheNextBatch() {
    append(5, 200);
    try (LogReader reader = log().reader(5)) {
      assertThat(reader.position()).isEqualTo(5);
      assertThat(Slices.read(reader, LARGE, ALL)).isNull();
      append(1, 250);
      assertThat(LogContract.bytesOf(Slices.read(reader, LARGE, ALL))).isEqualTo(250);
    }
  }

  @Test
  default void aReaderOfAnEmptyLogSeesItsFirstBatch() {
    try (LogReader reader = log().reader(0)) {
      assertThat(Slices.read(reader, LARGE, ALL)).isNull();
      append(1, 250);
      assertThat(LogContract.bytesOf(Slices.read(reader, LARGE, ALL))).isEqualTo(250);
    }
  }

  @Test
  default void aReaderFollowsTheLogThroughItsSegments() {
    try (LogReader reader = log().reader(0)) {
      for (int i = 0; i < 100; i++) {
        ByteBuffer appended = append(3, 10_000);
        try (LogSlice slice = LogContract.read(reader)) {
          assertThat(slice.buffer()).isEqualTo(appended);
        }
        assertThat(Slices.read(reader, LARGE, ALL)).isNull();
      }
    }
  }

  @Test
  default void everyOffsetOfALogOfManySegmentsIsFound() {
    for (int i = 0; i < 100; i++) {
      append(3, 10_000);
    }
    for (long offset = 0; offset < 300; offset++) {
      assertThat(Slices.firstBatch(log(), offset)).isEqualTo(offset / 3 * 3);
    }
  }

  @Test
  default void anOffsetOutsideTheLogIsRefused() {
    append(5, 200);
    LogContract.assertCode(ErrorCode.OFFSET_OUT_OF_RANGE, () -> log().reader(6));
    LogContract.assertCode(ErrorCode.OFFSET_OUT_OF_RANGE, () -> log().reader(-1));
  }
}
