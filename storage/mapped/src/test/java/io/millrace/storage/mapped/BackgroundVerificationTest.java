package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReader;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Replayed;
import io.millrace.storage.TestBatches;
import io.millrace.storage.Verification;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.ManualTimer;
import io.millrace.storage.mapped.file.PositionalRead;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.StoredSegment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Damage in batches that no client reads is found, and the check delays nothing else. */
class BackgroundVerificationTest extends MappedFixture {

  private static final long BYTES_PER_SECOND = 1_000_000;
  private static final int BATCHES = 40;
  private static final int BATCH_BYTES = 10_000;

  private final ManualTimer timer = new ManualTimer();
  private final BackgroundVerification verification =
      new BackgroundVerification(BYTES_PER_SECOND, timer, timer::nanoTime);

  /** A log of several segments that is killed after a checkpoint of all its batches. */
  private void killAfterCheckpoint() {
    for (int i = 0; i < BATCHES; i++) {
      append(BATCH_BYTES);
    }
    log.force();
    log.checkpoint(BATCHES, new byte[0]);
    kill();
  }

  private MappedLog recoverAndStart() {
    MappedLog opened = (MappedLog) recover();
    verification.add(opened.checks().unchecked());
    verification.start();
    return opened;
  }

  private List<Long> segments() {
    return new LogDirectory(found).list().segments();
  }

  private static DamagedOffsets range(long segment, int batchInSegment) {
    long offset = segment + batchInSegment;
    int position = HEADER + batchInSegment * BATCH_BYTES;
    return new DamagedRange(offset, offset + 1, segment, position, BATCH_BYTES).offsets();
  }

  @Test
  void aFlipFarBelowTheCheckpointIsFoundWithoutAnyReader() {
    killAfterCheckpoint();
    long second = segments().get(1);
    flip(foundSegment(second), HEADER + 2 * BATCH_BYTES + 5_000);
    try (PartitionLog opened = recoverAndStart()) {
      assertThat(opened.recovery().checkedBatches()).isZero();
      assertThat(opened.damage()).isEmpty();
      timer.runAll();
      assertThat(opened.damage()).containsExactly(range(second, 2));
    }
    try (PartitionLog reopened = recover()) {
      assertThat(reopened.damage()).containsExactly(range(second, 2));
    }
  }

  @Test
  void retentionKeepsASegmentOfUnknownAgeUntilItsDamageIsKnown() {
    killAfterCheckpoint();
    delete(new LogDirectory(found).index(0));
    flip(foundSegment(0), HEADER + 10);
    long newestInFirst = segments().get(1) - 1;
    try (MappedLog opened = (MappedLog) recover()) {
      assertThat(opened.retain(newestInFirst, Long.MAX_VALUE)).isZero();
      // It has started a check of the segment on another thread.
      long deadline = System.nanoTime() + 120_000_000_000L;
      while (opened.retain(newestInFirst + 1, Long.MAX_VALUE) == 0) {
        assertThat(System.nanoTime()).as("checked in time").isLessThan(deadline);
        assertThat(opened.retain(newestInFirst, Long.MAX_VALUE)).isZero();
      }
      assertThat(opened.offsets().start()).isEqualTo(newestInFirst + 1);
    }
  }

  /** Most batches end in a zero byte, and zeros follow the last one. */
  @Test
  void damageOfTheLastBatchEndsWhereTheNextOneIsAppended() {
    append(1_000);
    log.append(TestBatches.nextEndingInZero(log, 1_000));
    log.force();
    log.checkpoint(2, new byte[0]);
    log.close();
    kill();
    flip(foundSegment(0), HEADER + 1_500);
    try (MappedLog opened = recoverAndStart()) {
      timer.runAll();
      assertThat(opened.damage())
          .containsExactly(new DamagedRange(1, 2, 0, HEADER + 1_000, 1_000).offsets());
      append(opened, 1_000);
      append(opened, 1_000);
      opened.force();
      opened.checkpoint(3, new byte[0]);
      try (LogReader reader = opened.reader(3)) {
        assertThat(reader.position()).isEqualTo(3);
      }
    }
    delete(found.resolve("checkpoint"));
    delete(found.resolve("checkpoint.copy"));
    try (PartitionLog reopened = recover()) {
      assertThat(reopened.offsets()).isEqualTo(new LogOffsets(0, 4, 4));
      assertThat(reopened.damage()).hasSize(1);
    }
  }

  @Test
  void aDamagedHeaderIsRepaired() {
    killAfterCheckpoint();
    flip(foundSegment(0), 40);
    try (PartitionLog opened = recoverAndStart()) {
      timer.runAll();
      SegmentHeader header =
          StoredSegment.of(new LogDirectory(found), 0, PositionalRead.PLAIN, foundIdentity().key())
              .header();
      assertThat(header.identity().id()).isEqualTo(ID);
      assertThat(opened.damage()).isEmpty();
    }
  }

  @Test
  void batchesOfTheNewestSegmentBelowTheCheckpointAreCheckedToo() {
    killAfterCheckpoint();
    long newest = segments().get(segments().size() - 1);
    flip(foundSegment(newest), HEADER + 500);
    try (PartitionLog opened = recoverAndStart()) {
      append(opened, 300);
      timer.runAll();
      assertThat(opened.damage()).containsExactly(range(newest, 0));
      append(opened, 300);
    }
  }

  @Test
  void afterACleanCloseEverythingIsCheckedAndAfterARecoveryOnlyTheRest() {
    killAfterCheckpoint();
    try (MappedLog opened = recoverAndStart()) {
      timer.runAll();
      assertThat(verification.progress())
          .isEqualTo(new Verification(BATCHES * (long) BATCH_BYTES, 0));
      append(opened, 400);
    }
    delete(found.resolve("closed"));
    try (MappedLog opened = (MappedLog) recover()) {
      assertThat(opened.recovery().checkedBatches()).isEqualTo(1);
      assertThat(uncheckedBytes(opened))
          .isBetween(BATCHES * BATCH_BYTES, BATCHES * BATCH_BYTES + 400);
    }
    try (MappedLog opened = (MappedLog) recover()) {
      assertThat(opened.recovery().clean()).isTrue();
      assertThat(uncheckedBytes(opened)).isEqualTo(BATCHES * BATCH_BYTES + 400);
    }
    delete(found.resolve("closed"));
    delete(found.resolve("checkpoint"));
    delete(found.resolve("checkpoint.copy"));
    try (MappedLog opened = (MappedLog) recover()) {
      assertThat(opened.checks().unchecked()).as("recovery has read it all").isEmpty();
    }
  }

  private static int uncheckedBytes(MappedLog log) {
    return log.checks().unchecked().stream().mapToInt(SegmentCheck::bytes).sum();
  }

  @Test
  void theRateHoldsAtEveryMoment() {
    killAfterCheckpoint();
    try (PartitionLog opened = recoverAndStart()) {
      long began = timer.nowNanos;
      long before = 0;
      while (!timer.isIdle()) {
        timer.runNext();
        long elapsedNanos = timer.nowNanos - began;
        assertThat(before * 1_000_000_000L / BYTES_PER_SECOND).isLessThanOrEqualTo(elapsedNanos);
        before = verification.progress().verifiedBytes();
      }
      assertThat(before).isEqualTo(opened.sizeBytes());
      assertThat(timer.nowNanos - began).isLessThan(1_000_000_000L * before / BYTES_PER_SECOND);
    }
  }

  @Test
  void theTimeOfAReadCountsAndUnusedTimeGivesNoCredit() {
    long[] now = {0};
    RateLimiter limiter = new RateLimiter(BYTES_PER_SECOND, () -> now[0]);
    limiter.begin();
    now[0] += 4_000_000;
    assertThat(limiter.waitNanos(10_000)).isEqualTo(6_000_000);
    now[0] += 5_000_000_000L;
    limiter.begin();
    assertThat(limiter.waitNanos(10_000)).isEqualTo(10_000_000);
    now[0] += 50_000_000;
    assertThat(limiter.waitNanos(10_000)).isZero();
  }

  @Test
  void segmentsThatRetentionDropsMeanwhileAreSkipped() {
    killAfterCheckpoint();
    flip(foundSegment(segments().get(2)), HEADER + 500);
    try (PartitionLog opened = recoverAndStart()) {
      timer.runNext();
      opened.retain(Long.MAX_VALUE, 0);
      timer.runAll();
      assertThat(opened.damage()).isEmpty();
      assertThat(temporary.resolve("next/quarantine")).doesNotExist();
      assertThat(verification.progress().unverifiedBytes()).isZero();
      assertThat(verification.progress().verifiedBytes()).isLessThan(BATCHES * BATCH_BYTES);
    }
  }

  @Test
  void aSegmentMayBeDeletedWhileItIsChecked() throws IOException {
    killAfterCheckpoint();
    flip(foundSegment(0), HEADER + 2 * BATCH_BYTES + 500);
    try (MappedLog opened = (MappedLog) recover();
        SegmentCheck check = opened.checks().unchecked().get(0)) {
      assertThat(check.step(1)).isEqualTo(BATCH_BYTES);
      opened.retain(Long.MAX_VALUE, 0);
      assertThat(check.isDone()).isTrue();
      assertThat(check.step(1 << 20)).isZero();
      assertThat(opened.damage()).isEmpty();
    }
  }

  @Test
  void aLogMayBeClosedAndDeletedDuringItsCheck() {
    killAfterCheckpoint();
    MappedLog opened = recoverAndStart();
    timer.runNext();
    opened.close();
    next.delete(ID);
    timer.runAll();
    assertThat(verification.progress().unverifiedBytes()).isZero();
  }

  @Test
  void aCloseEndsTheVerification() {
    killAfterCheckpoint();
    flip(foundSegment(segments().get(3)), HEADER + 500);
    try (PartitionLog opened = recoverAndStart()) {
      timer.runNext();
      long verified = verification.progress().verifiedBytes();
      verification.close();
      timer.runAll();
      assertThat(verification.progress().verifiedBytes()).isEqualTo(verified);
      assertThat(opened.damage()).isEmpty();
    }
  }

  @Test
  void knownDamageIsNotFoundAgain() {
    killAfterCheckpoint();
    flip(foundSegment(0), HEADER + 500);
    recoverAndStart().close();
    timer.runAll();
    try (PartitionLog opened = recoverAndStart()) {
      timer.runAll();
      List<DamagedOffsets> found = opened.damage();
      Path quarantine = temporary.resolve("next/quarantine");
      Directories.copy(quarantine, temporary.resolve("once"));
      delete(quarantine);
      verification.add(((MappedLog) opened).checks().unchecked());
      verification.start();
      timer.runAll();
      assertThat(opened.damage()).isEqualTo(found).hasSize(1);
      assertThat(quarantine).as("bytes quarantined twice").doesNotExist();
    }
  }

  @Test
  void aRateOfZeroChecksNothing() {
    killAfterCheckpoint();
    BackgroundVerification off = new BackgroundVerification(0, timer, timer::nanoTime);
    try (MappedLog opened = (MappedLog) recover()) {
      off.add(opened.checks().unchecked());
      off.start();
      assertThat(timer.isIdle()).isTrue();
    }
  }

  @Test
  void aStorageVerifiesByItself() {
    killAfterCheckpoint();
    flip(foundSegment(0), HEADER + 500);
    Path data = temporary.resolve("other");
    Directories.copy(temporary.resolve("next"), data);
    MappedSettings settings = MappedSettings.defaults().verifying(1 << 30);
    try (MappedStorage other = MappedStorage.open(data, settings);
        PartitionLog opened = other.open(ID, SETTINGS, new Replayed())) {
      assertThat(other.verification()).isEqualTo(new Verification(0, 0));
      other.startVerification();
      long deadline = System.nanoTime() + 120_000_000_000L;
      while (other.verification().unverifiedBytes() > 0) {
        assertThat(System.nanoTime()).as("verified in time").isLessThan(deadline);
        Thread.onSpinWait();
      }
      assertThat(opened.damage()).containsExactly(range(0, 0));
    }
  }
}
