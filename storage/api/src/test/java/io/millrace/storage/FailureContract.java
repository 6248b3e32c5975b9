package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A log that another broker takes over, and openings that fail. */
interface FailureContract extends LogContract {

  /** The storage, with logs that the test can take over. Before the first append. */
  private FencingStorage fencing() {
    if (storage() instanceof FencingStorage fencing) {
      return fencing;
    }
    log().close();
    FencingStorage fencing = new FencingStorage(storage());
    use(fencing);
    return fencing;
  }

  @Test
  default void aFencedLogRefusesWritesAndStaysAsItWas() {
    FencingStorage fencing = fencing();
    append(2, 200);
    makeDurable();
    append(3, 200);
    fencing.fence(ID);
    for (int i = 0; i < 3; i++) {
      LogContract.assertCode(ErrorCode.FENCED, () -> append(1, 200));
    }
    LogContract.assertCode(ErrorCode.FENCED, () -> log().checkpoint(2, new byte[0]));
    if (log() instanceof ForcedLog forced) {
      LogContract.assertCode(ErrorCode.FENCED, forced::force);
    }
    assertThat(log().offsets().end()).isEqualTo(5);
    assertThat(log().offsets().durable()).isGreaterThanOrEqualTo(2);
  }

  @Test
  default void readersOfAFencedLogSeeWhatIsDurable() {
    FencingStorage fencing = fencing();
    append(2, 200);
    makeDurable();
    append(3, 200);
    fencing.fence(ID);
    long durable = log().offsets().durable();
    assertThat(durable).isBetween(2L, 5L);
    try (LogReader reader = log().reader(0)) {
      for (LogSlice slice = Slices.read(reader, 1, ALL);
          slice != null;
          slice = Slices.read(reader, 1, ALL)) {
        slice.close();
      }
      assertThat(reader.position()).isEqualTo(durable);
    }
  }

  @Test
  default void aFailureIsTheLastCallOfTheListener() {
    FencingStorage fencing = fencing();
    for (int i = 0; i < 100; i++) {
      append(1, 200);
    }
    fencing.fence(ID);
    int calls = listener().durable().size();
    log().close();
    assertThat(listener().failure().code()).isEqualTo(ErrorCode.FENCED);
    assertThat(listener().durable()).hasSize(calls);
    assertThat(listener().outOfOrder()).isEmpty();
  }

  @Test
  default void aFencedLogIsOpenedAgainWhenItIsReleased() {
    FencingStorage fencing = fencing();
    ByteBuffer durable = append(2, 200);
    makeDurable();
    int epoch = log().epoch();
    fencing.fence(ID);
    log().close();
    assertOpeningFails(ErrorCode.FENCED, ID, new Replayed());
    fencing.release(ID);
    open(new Replayed());
    assertThat(log().epoch()).isGreaterThan(epoch);
    append(1, 200);
    assertThat(readAll(0)).hasSize(2).startsWith(durable);
  }

  @Test
  default void aLogWhoseOpeningFailsIsClosed() {
    FencingStorage fencing = fencing();
    fencing.fence(OTHER);
    assertOpeningFails(ErrorCode.FENCED, OTHER, new Replayed());
    storage().delete(OTHER);
    assertThat(storage().list()).containsExactly(ID);
  }

  @Test
  default void anOpeningFailsWithItsReplayAndLeavesTheLogAsItWas() {
    append(2, 200);
    makeDurable();
    log().checkpoint(2, new byte[] {1});
    append(3, 200);
    int epoch = log().epoch();
    log().close();
    assertOpeningFails(ErrorCode.CORRUPT_LOG, ID, new RefusingReplay(true));
    assertOpeningFails(ErrorCode.CORRUPT_LOG, ID, new RefusingReplay(false));
    Replayed replayed = new Replayed();
    open(replayed);
    assertThat(replayed.state).containsExactly(1);
    assertThat(replayed.baseOffsets).containsExactly(2L);
    assertThat(log().offsets()).isEqualTo(new LogOffsets(0, 5, 5));
    assertThat(log().epoch()).isGreaterThan(epoch);
  }

  @Test
  default void aDefectOfTheReplayFailsTheOpening() {
    append(2, 200);
    log().close();
    IllegalStateException defect = new IllegalStateException("a defect, says the test");
    CompletionStage<PartitionLog> opening =
        storage().open(ID, settings(), new RefusingReplay(defect, true), new RecordingListener());
    assertThat(LogContract.failureOf(opening)).isSameAs(defect);
    open(new Replayed());
    assertThat(readAll(0)).hasSize(1);
  }

  private void assertOpeningFails(ErrorCode code, LogId id, LogReplay replay) {
    CompletionStage<PartitionLog> opening =
        storage().open(id, settings(), replay, new RecordingListener());
    assertThat(LogContract.failureOf(opening))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  /** Refuses the checkpoint, or each batch. */
  record RefusingReplay(RuntimeException failure, boolean accepted) implements LogReplay {

    RefusingReplay(boolean accepted) {
      this(
          new StorageException(ErrorCode.CORRUPT_LOG, "the state is damaged, says the test"),
          accepted);
    }

    @Override
    public void restore(byte[] checkpointState) {
      if (!accepted) {
        throw failure;
      }
    }

    @Override
    public void replay(ByteBuffer header) {
      throw failure;
    }
  }
}
