package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.ForcedLog;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Replayed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A log that was closed cleanly is not checked; every other log is. */
class CleanCloseTest extends MappedFixture {

  @Test
  void aLogClosedInOrderIsNotChecked() {
    append(200);
    log.close();
    kill();
    flip(foundSegment(0), HEADER + 150);
    try (PartitionLog opened = recover()) {
      assertThat(opened.recovery().clean()).isTrue();
      assertThat(opened.recovery().checkedBatches()).isZero();
      assertThat(opened.offsets()).isEqualTo(new LogOffsets(0, 1, 1));
    }
  }

  @Test
  void aKillAfterACleanOpenIsNoticedBeforeAnythingWasSynced() {
    append(200);
    log.close();
    log = storage.open(ID, SETTINGS, new Replayed());
    append(200);
    kill();
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.recovery().clean()).isFalse();
      assertThat(recovered.offsets()).isEqualTo(new LogOffsets(0, 2, 2));
    }
  }

  @Test
  void theClosedMarkIsDeletedBeforeABatchAfterItIsDurable() {
    append(200);
    log.close();
    assertThat(files.resolve("closed")).exists();
    log = storage.open(ID, SETTINGS, new Replayed());
    append(200);
    assertThat(files.resolve("closed")).exists();
    List<Boolean> markedAtFsync = new CopyOnWriteArrayList<>();
    disk.onFsync = file -> markedAtFsync.add(Files.exists(files.resolve("closed")));
    log.force();
    assertThat(markedAtFsync).as("mark at each fsync of a file").isNotEmpty().containsOnly(false);
  }

  @Test
  void theClosedMarkOfALogThatStartsEmptyIsDeletedBeforeItCanFitAgain() {
    log.close();
    kill();
    overwrite(foundSegment(0), 0, new byte[4096]);
    Path twice = temporary.resolve("next/copy");
    try (ForcedLog begunAnew = recover()) {
      append(begunAnew, 200);
      append(begunAnew, 200);
      begunAnew.force();
      append(begunAnew, 200);
      Directories.copy(found, twice);
    }
    delete(found);
    Directories.copy(twice, found);
    overwrite(foundSegment(0), HEADER, new byte[200]);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.recovery().clean()).isFalse();
      assertThat(recovered.offsets().end()).as("two were durable").isGreaterThanOrEqualTo(2);
      assertThat(recovered.damage()).hasSize(1);
    }
  }

  @Test
  void aDamagedClosedMarkOnlyCausesACheck() {
    append(200);
    log.close();
    kill();
    flip(found.resolve("closed"), 20);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.recovery().clean()).isFalse();
      assertThat(recovered.offsets()).isEqualTo(new LogOffsets(0, 1, 1));
    }
  }
}
