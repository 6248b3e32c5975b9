package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.LogOffsets;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.Replayed;
import io.millrace.storage.mapped.file.Checkpoint;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.RecoveryCase;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What recovery restores from a checkpoint, and checks after it. */
class CheckpointRecoveryTest extends MappedFixture {

  @Test
  void onlyBatchesAfterTheCheckpointAreChecked() {
    for (int i = 0; i < 20; i++) {
      append(10_000);
    }
    log.force();
    log.checkpoint(17, new byte[] {4});
    append(10_000);
    kill();
    Replayed replayed = new Replayed();
    try (PartitionLog recovered = recover(replayed)) {
      assertThat(recovered.recovery().checkedBatches()).isEqualTo(4);
      assertThat(recovered.recovery().notes()).noneMatch(note -> note.contains("checkpoint"));
      assertThat(replayed.state).containsExactly(4);
      assertThat(replayed.baseOffsets).containsExactly(17L, 18L, 19L, 20L);
      assertThat(readAll(recovered)).hasSize(21);
      assertThat(recovered.firstBatchAtOrAfter(13, 0, 21)).isEqualTo(13);
    }
  }

  @Test
  void withoutItsCheckpointTheWholeLogIsChecked() {
    for (int i = 0; i < 20; i++) {
      append(10_000);
    }
    log.force();
    log.checkpoint(17, new byte[] {4});
    kill();
    delete(found.resolve("checkpoint"));
    delete(found.resolve("checkpoint.copy"));
    assertWholeLogChecked();
  }

  @Test
  void withCheckpointAndCopyDamagedTheWholeLogIsChecked() {
    for (int i = 0; i < 20; i++) {
      append(10_000);
    }
    log.force();
    log.checkpoint(17, new byte[] {4});
    for (int at = 0; at < SMALL_FILE_HEADER + 33; at++) {
      kill();
      flip(found.resolve("checkpoint"), at);
      flip(found.resolve("checkpoint.copy"), at);
      assertWholeLogChecked();
    }
  }

  @Test
  void aDamagedOrMissingCheckpointIsRestoredFromItsCopyAndViceVersa() {
    for (int i = 0; i < 20; i++) {
      append(10_000);
    }
    log.force();
    log.checkpoint(17, new byte[] {4});
    for (String name : List.of("checkpoint", "checkpoint.copy")) {
      for (boolean missing : new boolean[] {false, true}) {
        kill();
        byte[] good = bytes(found.resolve(name));
        flip(found.resolve(name), 20);
        if (missing) {
          delete(found.resolve(name));
        }
        Replayed replayed = new Replayed();
        try (PartitionLog recovered = recover(replayed)) {
          assertThat(replayed.state).as(name).containsExactly(4);
          assertThat(recovered.recovery().checkedBatches()).as(name).isEqualTo(3);
          assertThat(recovered.recovery().findings())
              .extracting(RecoveryFinding::name)
              .as(name)
              .filteredOn(RecoveryCase.DAMAGED_CHECKPOINT.name()::equals)
              .hasSize(name.equals("checkpoint") ? 1 : 0);
          assertThat(found.resolve(name)).hasBinaryContent(good);
        }
      }
    }
  }

  @Test
  void theStateIsNotRestoredIfTheBatchesAfterTheCheckpointAreGone() {
    append(200);
    log.force();
    log.checkpoint(1, new byte[] {4});
    for (int i = 0; i < 20; i++) {
      append(10_000);
    }
    log.force();
    kill();
    delete(foundSegment(0));
    Replayed replayed = new Replayed();
    try (PartitionLog recovered = recover(replayed)) {
      assertThat(replayed.state).isNull();
      long found = recovered.damage().get(0).endOffset();
      assertThat(replayed.baseOffsets).startsWith(found).endsWith(20L);
    }
  }

  private void assertWholeLogChecked() {
    Replayed replayed = new Replayed();
    try (PartitionLog recovered = recover(replayed)) {
      assertThat(recovered.recovery().checkedBatches()).isEqualTo(20);
      assertThat(recovered.recovery().notes()).anyMatch(note -> note.contains("checkpoint"));
      assertThat(replayed.state).isNull();
      assertThat(replayed.baseOffsets).hasSize(20);
      assertThat(recovered.offsets()).isEqualTo(new LogOffsets(0, 20, 20));
    }
  }

  @Test
  void batchesBelowACheckpointAreNotReplayedThoughItsPositionIsGone() {
    for (int i = 0; i < 4; i++) {
      append(200);
    }
    log.close();
    kill();
    byte[] state = {7};
    new Checkpoint(3, 2, HEADER, 1, 4, state).write(new LogDirectory(found), nextDisk);
    Replayed replayed = new Replayed();
    try (PartitionLog opened = recover(replayed)) {
      assertThat(opened.recovery().clean()).isTrue();
      assertThat(replayed.state).isEqualTo(state);
      assertThat(replayed.baseOffsets).containsExactly(3L);
    }
  }
}
