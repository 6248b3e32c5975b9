package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Opening, closing and deleting logs. */
interface OpeningContract extends LogContract {

  @Test
  default void aLogIsOpenOnlyOnce() {
    assertThatThrownBy(
            () -> storage().open(ID, settings(), new Replayed(), new RecordingListener()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(ID.toString());
  }

  @Test
  default void aLogIsOpenOnlyOnceAlsoWhileItOpens() {
    CompletionStage<PartitionLog> opening =
        storage().open(OTHER, settings(), new Replayed(), new RecordingListener());
    assertThatThrownBy(
            () -> storage().open(OTHER, settings(), new Replayed(), new RecordingListener()))
        .isInstanceOf(IllegalStateException.class);
    opening.toCompletableFuture().join().close();
  }

  @Test
  default void manyLogsOpenTogether() {
    List<CompletableFuture<PartitionLog>> opening = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      LogId id = new LogId(new UUID(1, 2), i);
      opening.add(
          storage()
              .open(id, settings(), new Replayed(), new RecordingListener())
              .toCompletableFuture());
    }
    for (int i = 0; i < 30; i++) {
      assertThat(opening.get(i).join().id()).isEqualTo(new LogId(new UUID(1, 2), i));
      opening.get(i).join().close();
    }
  }

  @Test
  default void aClosedLogRefuses() {
    append(1, 200);
    LogReader reader = log().reader(0);
    log().close();
    LogContract.assertCode(ErrorCode.STORAGE_FAILED, () -> append(1, 200));
    LogContract.assertCode(ErrorCode.STORAGE_FAILED, () -> log().reader(0));
    LogContract.assertCode(ErrorCode.STORAGE_FAILED, () -> Slices.read(reader, 1, ALL));
    LogContract.assertCode(ErrorCode.STORAGE_FAILED, () -> log().firstBatchAtOrAfter(0, 0, 1));
    assertThat(log().offsets()).isEqualTo(new LogOffsets(0, 1, 1));
    reader.close();
  }

  @Test
  default void aStorageWithAnOpenLogIsNotClosed() {
    assertThatThrownBy(() -> storage().close())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(ID.toString());
    append(1, 200);
  }

  @Test
  default void logsAreListedUntilDeleted() {
    opened(storage(), OTHER, new Replayed(), new RecordingListener()).close();
    assertThat(storage().list()).containsExactlyInAnyOrder(ID, OTHER);
    storage().delete(OTHER);
    storage().delete(OTHER);
    assertThat(storage().list()).containsExactly(ID);
  }

  @Test
  default void aDeletedLogBeginsAnew() {
    append(5, 200);
    log().close();
    storage().delete(ID);
    Replayed replayed = new Replayed();
    open(replayed);
    assertThat(log().offsets()).isEqualTo(new LogOffsets(0, 0, 0));
    assertThat(replayed.baseOffsets).isEmpty();
    assertThat(replayed.state).isNull();
  }

  @Test
  default void anOpenLogIsNotDeleted() {
    assertThatThrownBy(() -> storage().delete(ID)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  default void theFreeSpaceIsKnown() {
    assertThat(storage().freeSpace().bytes()).isPositive();
  }
}
