package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.ForcedLog;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReader;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Replayed;
import io.millrace.storage.StorageException;
import io.millrace.storage.TestBatches;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.FaultyDisk;
import io.millrace.storage.mapped.file.LinuxDisk;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.RecoveryCase;
import io.millrace.storage.mapped.file.StoredRegister;
import io.millrace.storage.mapped.tool.LogRepair;
import io.millrace.storage.mapped.tool.LogVerification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of a log of which events were deleted: what must be there, and what is no damage. */
class DeletedEventsTest extends DamageFixture {

  /** Appends 40 events, and deletes some; the segments begin at 0, 6, 12, .... */
  private List<Long> appendAndDelete(long offset) {
    appendMany(40);
    log.deleteBefore(offset);
    List<Long> segments = new LogDirectory(files).list().segments();
    assertThat(segments).hasSizeGreaterThan(4).startsWith(0L);
    return segments;
  }

  /** The base offset of the segment with an offset. */
  private static long segmentOf(List<Long> segments, long offset) {
    return segments.stream().filter(base -> base <= offset).reduce((a, b) -> b).orElseThrow();
  }

  private void assertServedFrom(PartitionLog opened, long start) {
    assertThat(opened.offsets()).isEqualTo(new LogOffsets(start, 40, 40));
    assertThat(readAll(opened)).isEqualTo(appended.subList((int) start, 40));
    assertThat(opened.damage()).isEmpty();
    assertCode(ErrorCode.OFFSET_OUT_OF_RANGE, () -> opened.reader(start - 1));
  }

  private Path data() {
    return temporary.resolve("next");
  }

  @Test
  void theStartIsOnDiskWhenTheDeletionReturns() {
    appendMany(40);
    AtomicLong startAtFsync = new AtomicLong(-1);
    disk.onFsync =
        file -> {
          if (file.endsWith(StoredRegister.NAME)) {
            startAtFsync.set(storedStart());
          }
        };
    assertThat(log.deleteBefore(25)).isEqualTo(25);
    assertThat(startAtFsync).hasValue(25);
    assertThat(storedStart()).isEqualTo(25);
  }

  private long storedStart() {
    return StoredRegister.in(temporary.resolve("first")).of(ID).startOffset();
  }

  @Test
  void theStartChangesWhenItIsOnDisk() {
    appendMany(40);
    AtomicLong startAtFirstFsync = new AtomicLong(-1);
    disk.onFsync =
        file -> {
          if (file.endsWith(StoredRegister.NAME)) {
            startAtFirstFsync.compareAndSet(-1, log.offsets().start());
          }
        };
    log.deleteBefore(25);
    assertThat(startAtFirstFsync).hasValue(0);
    assertThat(log.offsets().start()).isEqualTo(25);
  }

  @Test
  void aDeletionThatCannotBeNotedIsRefusedAndMayBeRepeated() {
    appendMany(40);
    disk.fsyncFails = true;
    for (int i = 0; i < 2; i++) {
      assertCode(ErrorCode.STORAGE_FAILED, () -> log.deleteBefore(25));
      assertThat(log.offsets().start()).isZero();
    }
    disk.fsyncFails = false;
    disk.fsynced.clear();
    assertThat(log.deleteBefore(25)).isEqualTo(25);
    assertThat(disk.fsynced).contains(temporary.resolve("first/register"));
    append(200);
    log.force();
    assertThat(log.offsets()).as("the log has not failed").isEqualTo(new LogOffsets(25, 41, 41));
  }

  @Test
  void aFullDiskIsNoReasonToRefuse() {
    appendMany(40);
    disk.full = true;
    disk.noSecondFile = true;
    assertThat(log.deleteBefore(25)).isEqualTo(25);
    kill();
    try (PartitionLog recovered = recover()) {
      assertServedFrom(recovered, 25);
    }
  }

  @Test
  void theStartIsFoundAfterCrashesAndOrderlyStops() {
    appendAndDelete(25);
    kill();
    for (int opening = 0; opening < 3; opening++) {
      try (PartitionLog recovered = recover()) {
        assertServedFrom(recovered, 25);
      }
      if (opening == 1) {
        delete(found.resolve("closed"));
      }
    }
  }

  @Test
  void oneOfTheTwoSlotsIsEnough() {
    appendAndDelete(25);
    killAfterMark();
    for (int page : new int[] {4096, 8192}) {
      next.close();
      flip(data().resolve(StoredRegister.NAME), page + 33);
      next =
          MappedStorage.open(
              data(),
              new MappedSettings(1, 100),
              directory -> nextDisk = new FaultyDisk(LinuxDisk.probed(directory)));
      try (PartitionLog recovered = recover()) {
        assertServedFrom(recovered, 25);
      }
    }
  }

  @Test
  void segmentsThatTheCheckpointDoesNotCoverAreReplayed() {
    List<Long> segments = appendAndDelete(25);
    log.checkpoint(14, new byte[] {1});
    kill();
    Replayed replayed = new Replayed();
    try (PartitionLog recovered = recover(replayed)) {
      assertThat(replayed.state).containsExactly(1);
      assertThat(replayed.baseOffsets).startsWith(14L).hasSize(26);
      assertServedFrom(recovered, 25);
      assertThat(new LogDirectory(found).list().segments())
          .as("the checkpoint covers the others")
          .startsWith(segmentOf(segments, 14));
    }
  }

  @Test
  void missingSegmentsBelowTheStartAreNoDamage() {
    List<Long> segments = appendAndDelete(25);
    log.checkpoint(30, new byte[0]);
    long kept = segmentOf(segments, 25);
    kill();
    segments.stream().filter(base -> base < kept).forEach(base -> delete(foundSegment(base)));
    assertThat(LogVerification.of(found).problems()).isEmpty();
    try (PartitionLog recovered = recover()) {
      assertThat(kinds(recovered)).doesNotContain(RecoveryCase.MISSING_SEGMENT);
      assertServedFrom(recovered, 25);
    }
  }

  /** The checkpoint is at 14. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void missingOldSegmentsThatTheStateNeedsAreReported(boolean closed) {
    List<Long> segments = appendAndDelete(25);
    log.checkpoint(14, new byte[] {1});
    if (closed) {
      log.close();
    }
    long kept = segmentOf(segments, 25);
    kill();
    segments.stream().filter(base -> base < kept).forEach(base -> delete(foundSegment(base)));
    assertMissingForTheState(14, kept, kept);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMissingSegmentThatTheStateNeedsIsReported(boolean closed) {
    List<Long> segments = appendAndDelete(25);
    log.checkpoint(2, new byte[] {1});
    if (closed) {
      log.close();
    }
    kill();
    delete(foundSegment(segments.get(1)));
    assertMissingForTheState(segments.get(1), segments.get(2), 2);
  }

  private void assertMissingForTheState(long from, long to, long replayedFrom) {
    String range = "from offset %d to %d are missing".formatted(from, to - 1);
    assertThat(LogVerification.of(data()).problems())
        .filteredOn(problem -> problem.file().startsWith(found))
        .singleElement()
        .asString()
        .contains(range);
    Replayed replayed = new Replayed();
    try (PartitionLog recovered = recover(replayed)) {
      assertThat(recovered.recovery().findings())
          .filteredOn(finding -> finding.name().equals(RecoveryCase.MISSING_DELETED_SEGMENT.name()))
          .singleElement()
          .asString()
          .contains(range);
      assertThat(kinds(recovered)).doesNotContain(RecoveryCase.MISSING_SEGMENT);
      assertServedFrom(recovered, 25);
    }
    assertThat(replayed.state).as("the checkpoint counts").containsExactly(1);
    assertThat(replayed.baseOffsets)
        .startsWith(replayedFrom)
        .contains(to, 39L)
        .doesNotContain(to - 1);
  }

  @Test
  void aMissingSegmentBetweenDeletedOnesIsNoDamage() {
    List<Long> segments = appendAndDelete(25);
    log.checkpoint(25, new byte[0]);
    kill();
    delete(foundSegment(segments.get(1)));
    assertThat(LogVerification.of(found).problems()).isEmpty();
    try (PartitionLog recovered = recover()) {
      assertThat(kinds(recovered)).doesNotContain(RecoveryCase.MISSING_SEGMENT);
      assertServedFrom(recovered, 25);
    }
  }

  @Test
  void theMissingSegmentWithTheStartIsDamage() {
    List<Long> segments = appendAndDelete(26);
    long base = segmentOf(segments, 26);
    assertThat(base).isLessThan(26);
    long after = segments.get(segments.indexOf(base) + 1);
    kill();
    segments.stream().filter(each -> each <= base).forEach(each -> delete(foundSegment(each)));
    for (int opening = 0; opening < 2; opening++) {
      try (PartitionLog recovered = recover()) {
        assertThat(recovered.offsets()).isEqualTo(new LogOffsets(26, 40, 40));
        assertThat(recovered.damage())
            .containsExactly(new DamagedRange(26, after, 26, HEADER, 0).offsets());
        assertCode(
            ErrorCode.CORRUPT_LOG, () -> recovered.reader(26).read(1, Long.MAX_VALUE).close());
      }
    }
  }

  @Test
  void damageBelowTheStartIsNone() {
    List<Long> segments = appendAndDelete(26);
    long base = segmentOf(segments, 26);
    assertThat(base).isLessThan(25);
    kill();
    flip(foundSegment(segments.get(1)), HEADER + 300);
    flip(foundSegment(segments.get(2)), HEADER + 30);
    flip(foundSegment(base), HEADER + 500);
    deleteIndexes();
    LogVerification verification = LogVerification.of(found);
    assertThat(verification.problems()).isEmpty();
    assertThat(verification.events()).isEqualTo(14);
    for (int opening = 0; opening < 3; opening++) {
      try (PartitionLog recovered = recover()) {
        assertThat(kinds(recovered)).doesNotContain(RecoveryCase.DAMAGE_BELOW_SYNCED);
        assertServedFrom(recovered, 26);
        assertThat(recovered.firstBatchAtOrAfter(0, 0, 40)).isEqualTo(26);
      }
      assertThat(LogVerification.of(found).problems()).isEmpty();
      if (opening == 1) {
        delete(found.resolve("closed"));
      }
    }
    assertThat(data().resolve("quarantine")).doesNotExist();
  }

  @Test
  void damageIsForgottenWhenItsEventsAreDeleted() {
    appendMany(40);
    killAfterMark();
    flip(foundSegment(0), HEADER + 10_300);
    try (ForcedLog recovered = recover()) {
      assertThat(recovered.damage()).hasSize(1);
      recovered.deleteBefore(1);
      assertThat(recovered.damage()).hasSize(1);
      recovered.deleteBefore(2);
      assertServedFrom(recovered, 2);
      recovered.checkpoint(40, new byte[0]);
      recovered.retain(Long.MIN_VALUE, Long.MAX_VALUE);
      assertThat(new LogDirectory(found).list().segments()).as("in use").startsWith(0L);
    }
    deleteIndexes();
    try (ForcedLog reopened = recover()) {
      assertServedFrom(reopened, 2);
      reopened.deleteBefore(20);
      reopened.retain(Long.MIN_VALUE, Long.MAX_VALUE);
      assertThat(new LogDirectory(found).list().segments()).doesNotContain(0L);
      assertServedFrom(reopened, 20);
    }
    assertThat(LogVerification.of(found).problems()).isEmpty();
  }

  @Test
  void aReaderAtTheStartIsServedAfterDamageBelowItIsFound() {
    List<Long> segments = appendAndDelete(26);
    long base = segmentOf(segments, 26);
    assertThat(base).isLessThan(26);
    log.close();
    kill();
    flip(foundSegment(base), HEADER + 30);
    deleteIndexes();
    try (PartitionLog recovered = recover()) {
      long deadline = System.nanoTime() + 120_000_000_000L;
      while (!isServed(recovered)) {
        assertThat(System.nanoTime()).as("checked in time").isLessThan(deadline);
        Thread.onSpinWait();
      }
      assertServedFrom(recovered, 26);
    }
  }

  private boolean isServed(PartitionLog opened) {
    try {
      readAll(opened);
      return true;
    } catch (StorageException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_LOG);
      return false;
    }
  }

  @Test
  void deletedSegmentsAreNotVerifiedInTheBackground() throws IOException {
    List<Long> segments = appendAndDelete(26);
    log.close();
    kill();
    try (MappedLog recovered = (MappedLog) recover()) {
      List<SegmentCheck> checks = recovered.checks().unchecked();
      assertThat(checks).hasSize((int) segments.stream().filter(base -> base > 20).count());
      for (SegmentCheck check : checks) {
        check.close();
      }
    }
  }

  @Test
  void aRepairLeavesDamageBelowTheStart() {
    List<Long> segments = appendAndDelete(26);
    log.close();
    kill();
    next.close();
    flip(foundSegment(segments.get(1)), HEADER + 300);
    flip(foundSegment(segmentOf(segments, 26)), HEADER + 500);
    LogRepair.RepairedLog planned = LogRepair.plan(data()).get(0);
    LogRepair.RepairedLog repaired = LogRepair.apply(data()).get(0);
    assertThat(planned.failure()).isEmpty();
    assertThat(planned.done()).isEmpty();
    assertThat(planned.damage()).isEmpty();
    assertThat(repaired.done()).isEmpty();
    assertThat(repaired.damage()).isEmpty();
    assertThat(LogVerification.of(found).problems()).isEmpty();
  }

  @Test
  void deletedEventsAreNotCounted() {
    for (int i = 0; i < 4; i++) {
      log.append(TestBatches.next(log, 5, 1000, 1, 1));
    }
    log.force();
    log.deleteBefore(7);
    log.close();
    kill();
    LogVerification verification = LogVerification.of(found);
    assertThat(verification.problems()).isEmpty();
    assertThat(verification.batches()).isEqualTo(3);
    assertThat(verification.events()).isEqualTo(13);
    assertThat(verification.bytes()).isEqualTo(3000);
  }

  @Test
  void aColdReaderBeginsAtAStartInsideABatch() {
    for (int i = 0; i < 400; i++) {
      log.append(TestBatches.next(log, 5, 1000, 1, 1));
    }
    log.force();
    log.deleteBefore(712);
    kill();
    try (PartitionLog recovered = recover();
        LogReader reader = recovered.reader(712)) {
      for (int read = 0; read < 2; read++) {
        // The first slices are cold, and are not loaded.
        reader.read(1, Long.MAX_VALUE).close();
        if (reader.position() > 712) {
          break;
        }
      }
      assertThat(readAll(recovered)).hasSize(400 - 142);
    }
  }

  @Test
  void aLostRegisterKeepsTheEventsThatWereNotDropped() {
    appendAndDelete(25);
    kill();
    next.close();
    delete(data().resolve(StoredRegister.NAME));
    next = MappedStorage.open(data(), new MappedSettings(1, 100));
    try (PartitionLog recovered = recover()) {
      assertThat(kinds(recovered)).contains(RecoveryCase.DAMAGED_REGISTER);
      assertServedExcept(recovered);
    }
  }
}
