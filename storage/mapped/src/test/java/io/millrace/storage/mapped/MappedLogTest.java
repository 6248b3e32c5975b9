package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Replayed;
import io.millrace.storage.SegmentSizes;
import io.millrace.storage.Slices;
import io.millrace.storage.TestBatches;
import io.millrace.storage.mapped.file.Disk;
import io.millrace.storage.mapped.file.FaultyDisk;
import io.millrace.storage.mapped.file.LinuxDisk;
import io.millrace.storage.mapped.file.LogDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;
import org.junit.jupiter.api.Test;

/** Behaviour of the mapped engine beyond the contract: failures of the disk, files, mappings. */
class MappedLogTest extends MappedFixture {

  // A disk that fails.

  @Test
  void aFailedFsyncFailsTheLogUntilItIsReopened() {
    append(200);
    log.force();
    append(200);
    disk.fsyncFails = true;
    assertCode(ErrorCode.STORAGE_FAILED, () -> log.force());
    disk.fsyncFails = false;
    assertThat(log.offsets()).isEqualTo(new LogOffsets(0, 1, 2));
    assertCode(ErrorCode.STORAGE_FAILED, () -> append(200));
    assertCode(ErrorCode.STORAGE_FAILED, () -> log.force());
    assertCode(ErrorCode.STORAGE_FAILED, () -> log.checkpoint(1, new byte[0]));
    assertThat(log.offsets()).isEqualTo(new LogOffsets(0, 1, 2));
  }

  @Test
  void anErrorDuringAnFsyncFailsTheLogWhichIsThenNotMarkedAsClosed() {
    append(200);
    disk.onFsync =
        file -> {
          throw new OutOfMemoryError("no memory for an fsync");
        };
    assertCode(ErrorCode.STORAGE_FAILED, () -> log.force());
    disk.onFsync = file -> {};
    disk.fsynced.clear();
    log.close();
    assertThat(disk.fsyncedBesidesRegister()).isEmpty();
    assertThat(files.resolve("closed")).doesNotExist();
  }

  @Test
  void afterAFailedFsyncReadersSeeUpToDurable() {
    ByteBuffer durable = append(200);
    log.force();
    append(200);
    disk.fsyncFails = true;
    assertCode(ErrorCode.STORAGE_FAILED, () -> log.force());
    try (LogReader reader = log.reader(0);
        LogSlice slice = reader.read(10_000, Long.MAX_VALUE)) {
      assertThat(slice.buffer()).isEqualTo(durable);
      assertThat(reader.read(10_000, Long.MAX_VALUE)).isNull();
    }
  }

  @Test
  void aLogThatFailedIsRecoveredWhenItIsOpenedAgain() {
    append(200);
    log.force();
    append(200);
    disk.fsyncFails = true;
    assertCode(ErrorCode.STORAGE_FAILED, () -> log.force());
    log.close();
    disk.fsyncFails = false;
    int failedEpoch = log.epoch();
    disk.fsynced.clear();
    log = storage.open(ID, SETTINGS, new Replayed());
    assertThat(log.recovery().clean()).isFalse();
    assertThat(log.offsets()).isEqualTo(new LogOffsets(0, 2, 2));
    assertThat(disk.fsyncedBesidesRegister())
        .as("fsynced before it counts as durable")
        .contains(new LogDirectory(files).segment(0), files);
    assertThat(log.epoch()).isGreaterThan(failedEpoch);
    append(200);
    assertThat(log.force()).isEqualTo(3);
  }

  @Test
  void aRecoveryThatCannotFsyncIsRefused() {
    append(200);
    disk.fsyncFails = true;
    assertCode(ErrorCode.STORAGE_FAILED, () -> log.force());
    log.close();
    assertCode(ErrorCode.STORAGE_FAILED, () -> storage.open(ID, SETTINGS, new Replayed()));
    disk.fsyncFails = false;
    log = storage.open(ID, SETTINGS, new Replayed());
    assertThat(log.offsets().durable()).isEqualTo(1);
  }

  @Test
  void theNameOfANewSegmentIsFsyncedBeforeItsBatchesAreDurable() {
    append(200);
    log.force();
    for (int i = 0; i < 8; i++) {
      append(10_000);
    }
    disk.directoryFsyncFails = true;
    assertCode(ErrorCode.STORAGE_FAILED, () -> log.force());
    assertThat(log.offsets().durable()).isEqualTo(1);
  }

  @Test
  void anFsyncOfNothingUsesNoDisk() {
    append(200);
    log.force();
    disk.fsyncFails = true;
    assertThat(log.force()).isEqualTo(1);
  }

  @Test
  void aCloseThatCannotFsyncFailsAndReleasesTheLog() {
    append(200);
    disk.fsyncFails = true;
    assertCode(ErrorCode.STORAGE_FAILED, () -> log.close());
    disk.fsyncFails = false;
    log = storage.open(ID, SETTINGS, new Replayed());
    assertThat(log.offsets()).isEqualTo(new LogOffsets(0, 1, 1));
  }

  @Test
  void aFailedCheckpointLeavesTheOneBefore() {
    append(200);
    log.force();
    log.checkpoint(1, new byte[] {1});
    append(200);
    log.force();
    disk.fsyncFails = true;
    assertCode(ErrorCode.STORAGE_FAILED, () -> log.checkpoint(2, new byte[] {2}));
    disk.fsyncFails = false;
    append(200);
    kill();
    Replayed replayed = new Replayed();
    try (PartitionLog recovered = recover(replayed)) {
      assertThat(replayed.state).containsExactly(1);
      assertThat(recovered.offsets().end()).isEqualTo(3);
    }
  }

  // A disk that is full.

  @Test
  void aFullDiskRefusesTheAppendThatNeedsASegmentAndTakesItLater() {
    disk.full = true;
    List<ByteBuffer> appended = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      appended.add(append(10_000));
    }
    for (int i = 0; i < 3; i++) {
      assertCode(ErrorCode.DISK_FULL, () -> append(10_000));
      assertThat(log.offsets()).isEqualTo(new LogOffsets(0, 0, 6));
    }
    assertThat(log.force()).isEqualTo(6);
    appended.add(append(3000));
    disk.full = false;
    appended.add(append(10_000));
    assertThat(readAll(log)).isEqualTo(appended);
    assertThat(log.force()).isEqualTo(8);
  }

  @Test
  void aLogThatCannotBeCreatedLeavesNoSegment() {
    log.close();
    storage.delete(ID);
    disk.full = true;
    assertCode(ErrorCode.DISK_FULL, () -> storage.open(ID, SETTINGS, new Replayed()));
    disk.full = false;
    log = storage.open(ID, SETTINGS, new Replayed());
    assertThat(log.offsets()).isEqualTo(new LogOffsets(0, 0, 0));
  }

  @Test
  void aRefusedAllocationLeavesNoFile() {
    Path file = temporary.resolve("too-large");
    Disk real = LinuxDisk.probed(temporary);
    assertCode(ErrorCode.STORAGE_FAILED, () -> real.allocate(file, -1));
    assertThat(file).doesNotExist();
  }

  // Files.

  @Test
  void theActiveSegmentIsAllocatedAndASealedOneCutToItsSize() throws IOException {
    log.close();
    storage.delete(ID);
    log = storage.open(ID, new SegmentSizes(16 << 20), new Replayed());
    Path first = new LogDirectory(files).segment(0);
    assertThat(Files.size(first)).isEqualTo(1 << 20);
    for (int i = 0; i < 11; i++) {
      append(100_000);
    }
    log.force();
    log.checkpoint(1, new byte[0]);
    assertThat(Files.size(first)).isEqualTo(HEADER + 10 * 100_000);
    assertThat(Files.size(new LogDirectory(files).segment(10))).isEqualTo(4 << 20);
  }

  @Test
  void aReopenedLogContinuesInItsActiveSegment() {
    append(200);
    log.close();
    log = storage.open(ID, SETTINGS, new Replayed());
    append(200);
    assertThat(new LogDirectory(files).list().segments()).containsExactly(0L);
  }

  @Test
  void aCloseDeletesThePreparedSegment() {
    for (int i = 0; i < 5; i++) {
      append(10_000);
    }
    log.close();
    assertThat(new LogDirectory(files).list().leftovers()).isEmpty();
  }

  @Test
  void aDeletedLogLeavesNoFile() {
    append(200);
    log.close();
    storage.delete(ID);
    assertThat(files).doesNotExist();
    log = storage.open(ID, SETTINGS, new Replayed());
  }

  // Mappings.

  @Test
  void aClosedLogIsUnmappedOnceItsLastSliceIsReleased() throws IOException {
    ByteBuffer appended = append(200);
    LogReader reader = log.reader(0);
    LogSlice slice = reader.read(1000, Long.MAX_VALUE);
    log.close();
    assertThat(mappings()).hasSize(1);
    assertThat(slice.buffer()).isEqualTo(appended);
    slice.close();
    slice.close();
    assertThat(mappings()).isEmpty();
  }

  @Test
  void aDroppedSegmentIsUnmappedOnceItsLastSliceIsReleased() throws IOException {
    for (int i = 0; i < 20; i++) {
      append(10_000);
    }
    log.force();
    LogReader reader = log.reader(0);
    LogSlice slice = Slices.read(reader, 1, Long.MAX_VALUE);
    log.checkpoint(20, new byte[0]);
    log.retain(Long.MAX_VALUE, 0);
    assertThat(mappings()).anyMatch(line -> line.contains("00000.log (deleted)"));
    slice.close();
    assertThat(mappings()).noneMatch(line -> line.contains("(deleted)"));
  }

  @Test
  void aSegmentThatCannotBeDeletedIsTriedAgainBeforeNewerOnes() throws IOException {
    for (int i = 0; i < 20; i++) {
      append(10_000);
    }
    log.force();
    log.checkpoint(20, new byte[0]);
    LogDirectory directory = new LogDirectory(files);
    List<Long> segments = directory.list().segments();
    assertThat(segments).hasSizeGreaterThan(2);
    Path inTheWay = directory.index(0);
    delete(inTheWay);
    Files.createDirectories(inTheWay.resolve("inside"));

    assertCode(ErrorCode.STORAGE_FAILED, () -> log.retain(Long.MAX_VALUE, 0));
    assertThat(directory.list().segments()).isEqualTo(segments);

    delete(inTheWay);
    log.retain(Long.MAX_VALUE, 0);
    assertThat(directory.list().segments()).containsExactly(segments.get(segments.size() - 1));
  }

  @Test
  void noMoreOldSegmentsStayMappedThanTheLimit() throws IOException {
    for (int i = 0; i < 60; i++) {
      append(10_000);
    }
    List<ByteBuffer> appended = readAll(log);
    log.close();
    storage.close();
    storage =
        MappedStorage.open(
            temporary.resolve("first"),
            new MappedSettings(1, 2),
            directory -> disk = new FaultyDisk(LinuxDisk.probed(directory)));
    log = storage.open(ID, SETTINGS, new Replayed());
    assertThat(new LogDirectory(files).list().segments()).hasSizeGreaterThan(6);
    List<LogSlice> leased = new ArrayList<>();
    try (LogReader reader = log.reader(0)) {
      for (int i = 0; i < 60; i++) {
        leased.add(Slices.read(reader, 1, Long.MAX_VALUE));
      }
    }
    for (int i = 0; i < 60; i++) {
      assertThat(leased.get(i).buffer()).isEqualTo(appended.get(i));
      leased.get(i).close();
    }
    assertThat(mappings()).filteredOn(WITHOUT_PREPARED).hasSizeLessThanOrEqualTo(3);
    assertThat(readAll(log)).isEqualTo(appended);
    assertThat(mappings()).filteredOn(WITHOUT_PREPARED).hasSizeLessThanOrEqualTo(3);
  }

  private static final Predicate<String> WITHOUT_PREPARED = line -> !line.endsWith("next.log.tmp");

  private List<String> mappings() throws IOException {
    BackgroundResourceReleaser.releasePendingResources();
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains(files.toString()))
        .toList();
  }

  // Indexes.

  @Test
  void offsetsAndTimesAreFoundBetweenTheEntriesOfAnIndex() {
    log.close();
    storage.delete(ID);
    log = storage.open(ID, new SegmentSizes(2 << 20), new Replayed());
    Random random = new Random(5);
    long[] times = new long[700];
    for (int i = 0; i < times.length; i++) {
      times[i] = 10L * i + random.nextInt(600);
      log.append(TestBatches.next(log, 1, 4500 + random.nextInt(1000), times[i], i));
    }
    assertOffsetsAndTimesFound(times);
    log.close();
    log = storage.open(ID, SETTINGS, new Replayed());
    assertOffsetsAndTimesFound(times);
  }

  private void assertOffsetsAndTimesFound(long[] times) {
    for (int offset = 0; offset < times.length; offset++) {
      assertThat(Slices.firstBatch(log, offset)).isEqualTo(offset);
    }
    for (long time = -1; time < 8000; time += 7) {
      int first = 0;
      while (first < times.length && times[first] < time) {
        first++;
      }
      assertThat(log.firstBatchAtOrAfter(time, 0, times.length))
          .as("time %d", time)
          .isEqualTo(first);
    }
    assertThat(log.firstBatchAtOrAfter(Long.MIN_VALUE, 0, times.length)).isZero();
    assertThat(log.firstBatchAtOrAfter(Long.MAX_VALUE, 0, times.length)).isEqualTo(times.length);
  }

  // Cold slices.

  @Test
  void batchesOnDiskAtTheOpeningAreColdAndAppendedOnesAreNot() {
    append(200);
    log.close();
    log = storage.open(ID, SETTINGS, new Replayed());
    append(200);
    try (LogReader reader = log.reader(0);
        LogSlice old = reader.read(1, Long.MAX_VALUE)) {
      assertThat(old.cold()).isTrue();
      Slices.load(old);
      try (LogSlice fresh = reader.read(1, Long.MAX_VALUE)) {
        assertThat(fresh.cold()).isFalse();
      }
    }
  }

  @Test
  void loadingAColdSliceFindsDamagedBatches() {
    for (int i = 0; i < 20; i++) {
      append(10_000);
    }
    log.force();
    log.checkpoint(20, new byte[0]);
    log.close();
    kill();
    flip(foundSegment(0), HEADER + 10_000 + 16);
    try (PartitionLog opened = recover();
        LogReader reader = opened.reader(0);
        LogSlice slice = reader.read(1 << 20, Long.MAX_VALUE)) {
      assertThat(slice.cold()).isTrue();
      assertCode(ErrorCode.CORRUPT_LOG, () -> Slices.load(slice));
    }
  }

  @Test
  void loadingAWholeColdSliceSucceeds() {
    for (int i = 0; i < 20; i++) {
      append(10_000);
    }
    log.close();
    log = storage.open(ID, SETTINGS, new Replayed());
    try (LogReader reader = log.reader(0);
        LogSlice slice = reader.read(1 << 20, Long.MAX_VALUE)) {
      assertThatCode(() -> Slices.load(slice)).doesNotThrowAnyException();
      assertThat(slice.buffer().remaining()).isEqualTo(60_000);
    }
  }
}
