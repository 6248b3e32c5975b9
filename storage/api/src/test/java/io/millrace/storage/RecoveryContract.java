package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the next opening of a log finds: batches, checkpoint, epoch. */
interface RecoveryContract extends LogContract {

  @Test
  default void aReopenedLogHasAllItsBatchesAndANewEpoch() {
    List<ByteBuffer> appended = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      appended.add(append(2, 10_000));
    }
    restart(new Replayed());
    assertThat(log().offsets()).isEqualTo(new LogOffsets(0, 60, 60));
    assertThat(log().recovery().clean()).isTrue();
    assertThat(log().epoch()).isEqualTo(2);
    assertThat(log().sizeBytes()).isEqualTo(300_000);
    assertThat(readAll(0)).isEqualTo(appended);
    append(1, 200);
    assertThat(log().offsets().end()).isEqualTo(61);
  }

  @Test
  default void withoutACheckpointEveryBatchIsReplayed() {
    for (int i = 0; i < 30; i++) {
      append(2, 10_000);
    }
    Replayed replayed = new Replayed();
    restart(replayed);
    assertThat(replayed.state).isNull();
    assertThat(replayed.baseOffsets).hasSize(30).startsWith(0L, 2L).endsWith(56L, 58L);
  }

  @Test
  default void aCheckpointIsRestoredAndOnlyLaterBatchesAreReplayed() {
    append(2, 200);
    append(2, 200);
    makeDurable();
    log().checkpoint(2, new byte[] {1});
    log().checkpoint(4, new byte[] {1, 2, 3});
    append(3, 200);
    Replayed replayed = new Replayed();
    restart(replayed);
    assertThat(replayed.state).containsExactly(1, 2, 3);
    assertThat(replayed.baseOffsets).containsExactly(4L);
  }

  @Test
  default void aCheckpointAtTheEndReplaysNothing() {
    append(2, 200);
    makeDurable();
    log().checkpoint(2, new byte[0]);
    Replayed replayed = new Replayed();
    restart(replayed);
    assertThat(replayed.state).isEmpty();
    assertThat(replayed.baseOffsets).isEmpty();
  }

  @Test
  default void aCheckpointBelowTheStartIsRefused() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000);
    }
    makeDurable();
    long start = retain(ALL, 0);
    LogContract.assertCode(
        ErrorCode.OFFSET_OUT_OF_RANGE, () -> log().checkpoint(start - 1, new byte[0]));
    log().checkpoint(start, new byte[0]);
  }

  @Test
  default void theDeathOfTheProcessLosesNothingStored() {
    List<ByteBuffer> appended = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      appended.add(append(2, 10_000));
      if (i == 20) {
        makeDurable();
        log().checkpoint(40, new byte[] {9});
      }
    }
    LogStorage next = fixture().afterKill(storage());
    Replayed replayed = new Replayed();
    try (PartitionLog recovered = opened(next, ID, replayed, new RecordingListener())) {
      assertThat(recovered.recovery().clean()).isFalse();
      assertThat(recovered.epoch()).isEqualTo(2);
      assertThat(recovered.offsets()).isEqualTo(new LogOffsets(0, 60, 60));
      assertThat(LogContract.readAll(recovered, 0)).isEqualTo(appended);
      assertThat(replayed.state).containsExactly(9);
      assertThat(replayed.baseOffsets).hasSize(10).startsWith(40L);
    }
    next.close();
  }
}
