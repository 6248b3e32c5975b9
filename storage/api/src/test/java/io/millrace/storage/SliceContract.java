package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** The lease on batches that a reader returns. */
interface SliceContract extends LogContract {

  @Test
  default void aColdSliceOfALogThatIsClosedMeanwhileIsLoadedOrRefused() {
    for (int i = 0; i < 30; i++) {
      append(2, 10_000);
    }
    restart(new Replayed());
    LogReader reader = log().reader(31);
    LogSlice slice = reader.read(1, ALL);
    assertThat(slice).isNotNull();
    log().close();
    try (slice) {
      slice.load(Runnable::run).toCompletableFuture().join();
      assertThat(slice.nextOffset()).isEqualTo(32);
    } catch (CompletionException e) {
      LogContract.assertCode(
          ErrorCode.STORAGE_FAILED,
          () -> {
            throw e.getCause();
          });
    }
  }

  @Test
  default void aLoadedSliceIsNotCold() {
    append(2, 200);
    try (LogReader reader = log().reader(0);
        LogSlice slice = reader.read(LARGE, ALL)) {
      slice.load(Runnable::run).toCompletableFuture().join();
      assertThat(slice.cold()).isFalse();
      assertThat(slice.buffer().remaining()).isEqualTo(200);
      assertThat(slice.nextOffset()).isEqualTo(2);
      assertThat(reader.position()).isEqualTo(2);
    }
  }

  @Test
  default void aSliceIsReadOnlyAndLittleEndian() {
    append(1, 200);
    try (LogReader reader = log().reader(0);
        LogSlice slice = LogContract.read(reader)) {
      assertThat(slice.buffer().isReadOnly()).isTrue();
      assertThat(slice.buffer().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    }
  }

  @Test
  default void aClosedSliceGivesNoBytes() {
    append(1, 200);
    try (LogReader reader = log().reader(0)) {
      LogSlice slice = LogContract.read(reader);
      slice.close();
      assertThatThrownBy(slice::buffer).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  default void aSliceOutlivesItsReaderAndItsLog() {
    ByteBuffer appended = append(1, 200);
    LogReader reader = log().reader(0);
    LogSlice slice = LogContract.read(reader);
    reader.close();
    log().close();
    assertThat(slice.buffer()).isEqualTo(appended);
    slice.close();
  }

  @Test
  default void aSliceSurvivesTheRetentionOfItsSegment() {
    List<ByteBuffer> appended = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      appended.add(append(1, 10_000));
    }
    makeDurable();
    try (LogReader reader = log().reader(0);
        LogSlice slice = Slices.read(reader, 1, ALL)) {
      retain(ALL, 0);
      assertThat(slice.buffer()).isEqualTo(appended.get(0));
    }
  }
}
