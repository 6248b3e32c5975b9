package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.Replayed;
import io.millrace.storage.mapped.file.Checkpoint;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.RecoveryCase;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What recovery restores from a checkpoint, and checks after it. */
class CheckpointRecoveryTest extends MappedFixture {

  /** What the last recovery reported of the checkpoint. */
  private List<String> notes;

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
    assertThat(notes).as("every batch is there, so nothing is lost").isEmpty();
  }

  /** A log that is killed before its first checkpoint is normal. */
  @Test
  void aLogThatNeverHadACheckpointIsNoFinding() {
    for (int i = 0; i < 20; i++) {
      append(10_000);
    }
    log.force();
    kill();
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.recovery().findings())
          .extracting(RecoveryFinding::name)
          .doesNotContain(RecoveryCase.UNUSABLE_CHECKPOINT.name());
      assertThat(recovered.recovery().checkedBatches()).isEqualTo(20);
    }
  }

  @Test
  void aCheckpointIsMissedOnceRetentionHasDeletedSegments() {
    for (boolean clean : new boolean[] {false, true}) {
      for (int i = 0; i < 40; i++) {
        append(100_000);
      }
      log.force();
      log.checkpoint(log.offsets().end(), new byte[] {4});
      assertThat(log.retain(0, 1_500_000)).isPositive();
      if (clean) {
        log.close();
      }
      kill();
      delete(found.resolve("checkpoint"));
      delete(found.resolve("checkpoint.copy"));
      try (PartitionLog recovered = recover()) {
        assertThat(recovered.recovery().findings())
            .as("closed cleanly: %s", clean)
            .extracting(RecoveryFinding::name)
            .contains(RecoveryCase.UNUSABLE_CHECKPOINT.name());
        assertThat(recovered.recovery().clean()).isEqualTo(clean);
      }
    }
  }

  @Test
  void withoutSpaceForAnotherFileTheCheckpointAndItsCopyAreOverwritten() {
    for (int i = 0; i < 40; i++) {
      append(100_000);
    }
    log.force();
    log.checkpoint(10, new byte[] {4});
    disk.noSecondFile = true;
    disk.fsynced.clear();
    log.checkpoint(40, new byte[2000]);
    assertThat(disk.fsynced)
        .as("a crash always leaves one that is valid and on disk")
        .containsSubsequence(files.resolve("checkpoint.copy"), files.resolve("checkpoint"));
    assertThat(log.retain(0, 1_500_000)).isPositive();
    for (String damaged : List.of("checkpoint", "checkpoint.copy")) {
      kill();
      flip(found.resolve(damaged), 40);
      Replayed replayed = new Replayed();
      recover(replayed).close();
      assertThat(replayed.state).isEqualTo(new byte[2000]);
    }
  }

  /** The file that is overwritten when the power fails is damaged; the other one is whole. */
  @Test
  void anOverwritingThatFailsLeavesTheOtherFile() {
    for (int i = 0; i < 20; i++) {
      append(10_000);
    }
    log.force();
    log.checkpoint(17, new byte[] {4});
    disk.noSecondFile = true;
    assertCode(ErrorCode.DISK_FULL, () -> log.checkpoint(20, new byte[10_000]));
    AtomicInteger fsyncs = new AtomicInteger();
    for (int failing = 2; failing <= 3; failing++) {
      int last = failing;
      fsyncs.set(0);
      disk.onFsync =
          file -> {
            if (file.startsWith(files)) {
              disk.fsyncFails = fsyncs.incrementAndGet() == last;
            }
          };
      assertCode(ErrorCode.STORAGE_FAILED, () -> log.checkpoint(20, new byte[] {5}));
      disk.onFsync = file -> {};
      disk.fsyncFails = false;
      kill();
      flip(found.resolve(failing == 2 ? "checkpoint.copy" : "checkpoint"), 40);
      Replayed replayed = new Replayed();
      recover(replayed).close();
      assertThat(replayed.state).containsExactly(failing == 2 ? 4 : 5);
    }
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
      assertThat(notes).anyMatch(note -> note.contains("checkpoint is not used"));
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
  void theStateIsRestoredAlthoughBatchesAfterTheCheckpointAreGone() {
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
      assertThat(replayed.state).containsExactly(4);
      long found = recovered.damage().get(0).endOffset();
      assertThat(replayed.baseOffsets).startsWith(found).endsWith(20L);
    }
  }

  private void assertWholeLogChecked() {
    Replayed replayed = new Replayed();
    try (PartitionLog recovered = recover(replayed)) {
      assertThat(recovered.recovery().checkedBatches()).isEqualTo(20);
      notes =
          recovered.recovery().notes().stream()
              .filter(note -> note.contains("checkpoint"))
              .toList();
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
