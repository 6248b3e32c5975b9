package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.ForcedLog;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.RecoveryOutcome;
import io.millrace.storage.Replayed;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.FaultyDisk;
import io.millrace.storage.mapped.file.LinuxDisk;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.RecoveryCase;
import io.millrace.storage.mapped.file.RegisteredLog;
import io.millrace.storage.mapped.file.StoredRegister;
import io.millrace.storage.mapped.tool.LogRepair;
import io.millrace.storage.mapped.tool.LogVerification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Files that are gone, and events that were durable, are noticed because of the register. */
class RegisterTest extends DamageFixture {

  private List<Long> segments() {
    return new LogDirectory(found).list().segments();
  }

  private long newest() {
    return segments().get(segments().size() - 1);
  }

  private Path register() {
    return temporary.resolve("next").resolve(StoredRegister.NAME);
  }

  private void reopenNext() {
    next.close();
    next =
        MappedStorage.open(
            temporary.resolve("next"),
            new MappedSettings(1, 100),
            directory -> nextDisk = new FaultyDisk(LinuxDisk.probed(directory)));
  }

  // The oldest segment.

  @Test
  void missingOldestSegmentsOfACrashedLogAreARange() {
    appendMany(40);
    kill();
    assertMissingOldestIsARange();
  }

  @Test
  void missingOldestSegmentsOfAClosedLogAreARange() {
    appendMany(40);
    log.close();
    kill();
    assertMissingOldestIsARange();
  }

  private void assertMissingOldestIsARange() {
    List<Long> segments = segments();
    delete(foundSegment(segments.get(0)));
    delete(foundSegment(segments.get(1)));
    deleteIndexes();
    for (int opening = 0; opening < 3; opening++) {
      try (PartitionLog recovered = recover()) {
        assertThat(kinds(recovered).contains(RecoveryCase.MISSING_SEGMENT)).isEqualTo(opening == 0);
        if (opening == 0) {
          assertThat(kinds(recovered))
              .as("retention has deleted nothing")
              .doesNotContain(RecoveryCase.UNUSABLE_CHECKPOINT);
        }
        assertThat(recovered.offsets().start()).isZero();
        assertThat(recovered.damage())
            .containsExactly(new DamagedRange(0, segments.get(2), 0, HEADER, 0).offsets());
        assertServedExcept(recovered, offsets(0, segments.get(2)));
      }
      if (opening == 1) {
        delete(found.resolve("closed"));
        delete(found.resolve("checkpoint"));
        delete(found.resolve("checkpoint.copy"));
      }
    }
  }

  @Test
  void aMissingOldestSegmentIsKeptAsLongAsTheOneAfterIt() {
    appendMany(40);
    kill();
    delete(foundSegment(0));
    try (PartitionLog recovered = recover()) {
      recovered.checkpoint(40, new byte[0]);
      assertThat(recovered.retain(0, Long.MAX_VALUE)).isZero();
      assertThat(recovered.damage()).hasSize(1);
      assertThat(recovered.retain(Long.MAX_VALUE, Long.MAX_VALUE)).isPositive();
      assertThat(recovered.damage()).isEmpty();
    }
    try (PartitionLog reopened = recover()) {
      assertThat(reopened.damage()).isEmpty();
    }
  }

  @Test
  void retentionDropsDamageAlthoughTheDiskIsFull() {
    appendMany(40);
    kill();
    delete(foundSegment(0));
    reopenNext();
    try (PartitionLog recovered = recover()) {
      recovered.checkpoint(40, new byte[0]);
      nextDisk.noSecondFile = true;
      assertThat(recovered.retain(Long.MAX_VALUE, Long.MAX_VALUE)).isPositive();
      assertThat(recovered.damage()).isEmpty();
      nextDisk.noSecondFile = false;
      recovered.retain(Long.MAX_VALUE, Long.MAX_VALUE);
    }
    try (PartitionLog reopened = recover()) {
      assertThat(reopened.damage()).isEmpty();
    }
  }

  @Test
  void retentionNotesTheNewStartBeforeItDeletes() {
    appendMany(40);
    log.checkpoint(40, new byte[0]);
    long start = log.retain(0, 100_000);
    assertThat(start).isPositive();
    kill();
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.damage()).isEmpty();
      assertThat(recovered.offsets().start()).isEqualTo(start);
    }
  }

  @Test
  void nothingIsDeletedIfTheNewStartCannotBeNoted() {
    appendMany(40);
    log.checkpoint(40, new byte[0]);
    List<Long> before = new LogDirectory(files).list().segments();
    disk.fsyncFails = true;
    assertCode(ErrorCode.STORAGE_FAILED, () -> log.retain(0, 100_000));
    assertThat(new LogDirectory(files).list().segments()).isEqualTo(before);
    disk.fsyncFails = false;
    long start = log.retain(0, 100_000);
    assertThat(new LogDirectory(files).list().segments()).startsWith(start);
  }

  // The newest segment.

  @Test
  void theOffsetsOfAMissingNewestSegmentAreNotGivenAgain() {
    appendMany(40);
    kill();
    long newest = newest();
    delete(foundSegment(newest));
    long end;
    try (ForcedLog recovered = recover()) {
      assertThat(kinds(recovered)).contains(RecoveryCase.MISSING_SEGMENT);
      end = recovered.offsets().end();
      assertThat(end).isGreaterThan(1L << 32);
      assertThat(recovered.damage()).hasSize(1);
      assertThat(recovered.damage().get(0).firstOffset()).isEqualTo(newest);
      append(recovered, 300);
      recovered.force();
    }
    delete(found.resolve("closed"));
    try (PartitionLog reopened = recover()) {
      assertThat(reopened.offsets()).isEqualTo(new LogOffsets(0, end + 1, end + 1));
      assertThat(reopened.damage()).hasSize(1);
    }
  }

  @Test
  void aNewSegmentIsNotedBeforeItsFirstEventIsDurable() {
    appendMany(5);
    assertThat(storage.register().of(ID).log().newestSegment()).isZero();
    long offset = log.offsets().end();
    while (new LogDirectory(files).list().segments().size() == 1) {
      offset = log.offsets().end();
      append(10_000);
    }
    disk.onFsync =
        file ->
            assertThat(log.offsets().durable())
                .as("durable while the register is written")
                .isEqualTo(5);
    log.force();
    StoredRegister onDisk = StoredRegister.in(temporary.resolve("first"));
    assertThat(onDisk.of(ID).newestSegment()).isEqualTo(offset);
  }

  @Test
  void aSegmentThatRecoveryRemovesIsNotMissingLater() {
    appendMany(6);
    kill();
    long base = 6;
    next.register().of(ID).requires(base);
    Path half = foundSegment(base);
    overwriteNew(half, new byte[70_000]);
    nextDisk.onFsync =
        file -> {
          if (half.toFile().exists()) {
            StoredRegister now = StoredRegister.in(temporary.resolve("next"));
            assertThat(now.of(ID).newestSegment()).isEqualTo(RegisteredLog.NO_SEGMENT);
          }
        };
    try (PartitionLog recovered = recover()) {
      assertThat(half).doesNotExist();
      assertServedExcept(recovered);
    }
    delete(found.resolve("closed"));
    try (PartitionLog reopened = recover()) {
      assertServedExcept(reopened);
    }
  }

  private static void overwriteNew(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // The whole log.

  @Test
  void aLogWhoseDirectoryIsGoneIsRefusedUntilItIsDeleted() {
    appendMany(1);
    kill();
    delete(found);
    assertThat(next.list()).contains(ID);
    assertThat(next.namedOnly()).containsExactly(ID);
    assertCode(ErrorCode.CORRUPT_LOG, this::recover);
    assertThat(refusal().finding()).contains(RecoveryCase.NOTHING_LEFT.name());
    assertThat(found).doesNotExist();
    next.delete(ID);
    assertThat(next.list()).isEmpty();
    try (PartitionLog created = recover()) {
      assertThat(created.offsets()).isEqualTo(new LogOffsets(0, 0, 0));
      assertThat(next.namedOnly()).isEmpty();
    }
  }

  @Test
  void aLogWithAnEmptyDirectoryIsRefused() {
    appendMany(1);
    kill();
    new LogDirectory(found).list().segments().forEach(base -> delete(foundSegment(base)));
    assertThat(refusal().finding()).contains(RecoveryCase.NOTHING_LEFT.name());
  }

  @Test
  void aLogWithoutEventsWhoseDirectoryIsGoneIsCreatedAgain() {
    kill();
    delete(found);
    assertThat(next.list()).contains(ID);
    try (PartitionLog created = recover()) {
      assertThat(created.offsets()).isEqualTo(new LogOffsets(0, 0, 0));
    }
  }

  @Test
  void aLogIsInTheRegisterBeforeItsOpeningEnds() {
    LogId other = new LogId(ID.topicId(), 9);
    storage.open(other, SETTINGS, new Replayed()).close();
    assertThat(StoredRegister.in(temporary.resolve("first")).logs()).contains(other, ID);
    assertThat(disk.fsynced).contains(temporary.resolve("first/register"));
  }

  // The durable offset.

  @Test
  void damageBelowTheDurableOffsetOfTheRegisterIsQuarantined() {
    appendMany(30);
    killAfterMark();
    flip(foundSegment(newest()), HEADER + 200);
    try (PartitionLog recovered = recover()) {
      assertThat(kinds(recovered)).contains(RecoveryCase.DAMAGE_BELOW_SYNCED);
      assertThat(recovered.recovery().truncatedBytes()).isZero();
      assertServedExcept(recovered, (int) newest());
    }
  }

  @Test
  void withoutItsDurableOffsetTheSameDamageIsATornTail() {
    appendMany(30);
    kill();
    flip(foundSegment(newest()), HEADER + 200);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.damage()).isEmpty();
      assertThat(recovered.offsets().end()).isEqualTo(newest());
    }
  }

  @Test
  void theDurableOffsetReachesTheDiskSoonAfterAnFsync() {
    CountDownLatch written = new CountDownLatch(1);
    disk.onFsync =
        file -> {
          if (StoredRegister.in(temporary.resolve("first")).of(ID).durableOffset() == 30) {
            written.countDown();
          }
        };
    appendMany(30);
    await(written);
  }

  // The register itself.

  /** The header is whole, and no slot is in use: the file does not show that entries are lost. */
  @Test
  void aRegisterWithoutEntriesIsNoticedAndLosesNoEvent() throws IOException {
    appendMany(40);
    killAfterMark();
    next.close();
    Files.write(register(), Arrays.copyOf(Files.readAllBytes(register()), 4096));
    Path data = temporary.resolve("next");
    assertThat(LogVerification.of(data).problems())
        .extracting(LogVerification.Problem::what)
        .singleElement()
        .asString()
        .contains("has no entry of this log", "deletions of events may be undone");
    assertThat(LogRepair.plan(data))
        .singleElement()
        .satisfies(log -> assertThat(log.done()).anyMatch(step -> step.contains("new entry")));
    next = MappedStorage.open(data, new MappedSettings(1, 100));
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.recovery().findings())
          .filteredOn(finding -> finding.name().equals("DAMAGED_REGISTER"))
          .extracting(RecoveryFinding::outcome)
          .containsExactly(RecoveryOutcome.LOST);
      assertServedExcept(recovered);
    }
    assertThat(LogVerification.of(data).problems()).isEmpty();
  }

  @Test
  void aLostRegisterIsRebuiltFromTheLogs() {
    appendMany(40);
    killAfterMark();
    next.close();
    delete(register());
    next = MappedStorage.open(temporary.resolve("next"), new MappedSettings(1, 100));
    try (PartitionLog recovered = recover()) {
      assertThat(kinds(recovered)).contains(RecoveryCase.DAMAGED_REGISTER);
      assertServedExcept(recovered);
      assertThat(StoredRegister.in(temporary.resolve("next")).of(ID))
          .isEqualTo(new RegisteredLog(0, newest(), 40, recovered.epoch()));
    }
    try (PartitionLog reopened = recover()) {
      assertThat(reopened.recovery().findings()).isEmpty();
    }
  }

  @Test
  void aStartWithoutAUsableRegisterServesAllLogs() throws IOException {
    appendMany(40);
    log.checkpoint(20, new byte[0]);
    for (boolean clean : new boolean[] {false, true}) {
      if (clean) {
        log.close();
      }
      for (int bytes : new int[] {-1, 0, 1, 63, 64, 2048, 4096, 4128, 6144, 8192, 8200}) {
        killAfterMark();
        next.close();
        if (bytes < 0) {
          delete(register());
        } else {
          try (FileChannel file = FileChannel.open(register(), StandardOpenOption.WRITE)) {
            file.truncate(bytes);
          }
        }
        next = MappedStorage.open(temporary.resolve("next"), new MappedSettings(1, 100));
        try (PartitionLog recovered = recover()) {
          assertServedExcept(recovered);
        }
        try (PartitionLog reopened = recover()) {
          assertThat(reopened.recovery().findings()).as("%d bytes", bytes).isEmpty();
        }
        next.close();
        next = MappedStorage.open(temporary.resolve("next"), new MappedSettings(1, 100));
        assertThat(StoredRegister.in(temporary.resolve("next")).problems()).isEmpty();
      }
    }
  }

  @Test
  void aFlippedByteInOneOfTheSlotsLosesNothing() {
    appendMany(40);
    killAfterMark();
    RegisteredLog before = next.register().of(ID).log();
    reopenNext();
    for (int page : new int[] {4096, 8192}) {
      for (int at = 0; at < 64; at++) {
        flip(register(), page + at);
        reopenNext();
        assertThat(next.register().of(ID).log()).as("byte %d", page + at).isEqualTo(before);
        reopenNext();
        assertThat(StoredRegister.in(temporary.resolve("next")).problems()).isEmpty();
      }
    }
  }

  @Test
  void anEmptyLogIsServedOnAFullDiskWithoutTheRegister() {
    log.close();
    storage.close();
    delete(temporary.resolve("first").resolve(StoredRegister.NAME));
    reopenFirst(true);
    disk.full = true;

    log = storage.open(ID, SETTINGS, new Replayed());
    assertThat(log.offsets().end()).isZero();
    assertThat(readAll(log)).isEmpty();
    assertCode(ErrorCode.DISK_FULL, () -> openOther(new LogId(ID.topicId(), 4)));

    disk.full = false;
    disk.noSecondFile = false;
    append(200);
    log.force();
    log.close();
    storage.close();
    reopenFirst(false);
    assertThat(storage.register().of(ID).log().newestSegment()).isZero();
    log = storage.open(ID, SETTINGS, new Replayed());
    assertThat(readAll(log)).hasSize(1);
  }

  private void reopenFirst(boolean noSecondFile) {
    storage =
        MappedStorage.open(
            temporary.resolve("first"),
            new MappedSettings(1, 100),
            directory -> {
              disk = new FaultyDisk(LinuxDisk.probed(directory));
              disk.noSecondFile = noSecondFile;
              return disk;
            });
  }

  @Test
  void eventsAreNotDeletedWithoutAnEntry() {
    appendMany(10);
    log.close();
    storage.close();
    delete(temporary.resolve("first").resolve(StoredRegister.NAME));
    reopenFirst(true);
    log = storage.open(ID, SETTINGS, new Replayed());
    assertCode(ErrorCode.DISK_FULL, () -> log.deleteBefore(4));
    assertThat(log.offsets().start()).isZero();
    disk.noSecondFile = false;
    reopenLater();
    assertThat(log.deleteBefore(4)).isEqualTo(4);
    assertThat(StoredRegister.in(temporary.resolve("first")).of(ID).startOffset()).isEqualTo(4);
  }

  private void reopenLater() {
    log.close();
    storage.close();
    reopenFirst(false);
    log = storage.open(ID, SETTINGS, new Replayed());
  }

  @Test
  void theEpochOfALostNewestSegmentIsNotGivenAgain() {
    appendMany(40);
    for (int i = 0; i < 3; i++) {
      log.close();
      log = storage.open(ID, SETTINGS, new Replayed());
    }
    appendMany(40);
    int last = log.epoch();
    kill();
    List<Long> segments = segments();
    for (int i = 1; i < segments.size(); i++) {
      if (i == segments.size() - 1 || segments.get(i + 1) > 40) {
        delete(foundSegment(segments.get(i)));
      }
    }
    next.close();
    delete(temporary.resolve("next").resolve("epoch"));
    reopenNext();
    try (PartitionLog recovered = recover()) {
      assertThat(kinds(recovered)).contains(RecoveryCase.MISSING_SEGMENT);
      assertThat(recovered.epoch()).isGreaterThan(last);
    }
  }

  @Test
  void anIdleStorageWritesNothing() {
    append(200);
    log.close();
    storage.close();
    reopenFirst(false);
    log = storage.open(ID, SETTINGS, new Replayed());
    log.close();
    storage.close();
    assertThat(disk.fsynced).filteredOn(file -> file.endsWith(StoredRegister.NAME)).isEmpty();
  }
}
