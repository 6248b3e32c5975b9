package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogReader;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Replayed;
import io.millrace.storage.Slices;
import io.millrace.storage.TestBatches;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.RecoveryCase;
import io.millrace.storage.mapped.file.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Damage below the synced offset is quarantined, reported to readers, and skipped. */
class QuarantineTest extends DamageFixture {

  @Test
  void aDamagedBatchIsQuarantinedAndTheRestIsServed() {
    appendSynced(200, 300, 200);
    kill();
    flip(foundSegment(0), HEADER + 250);
    byte[] damaged = Arrays.copyOfRange(bytes(foundSegment(0)), HEADER + 200, HEADER + 500);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.damage())
          .containsExactly(new DamagedRange(1, 2, 0, HEADER + 200, 300).offsets());
      assertThat(kinds(recovered)).contains(RecoveryCase.DAMAGE_BELOW_SYNCED);
      assertServedExcept(recovered, 1);
      assertThat(onlyFileInQuarantine())
          .hasFileName(ID + "-00000000000000000000.log-264-300.bytes")
          .hasBinaryContent(damaged);
    }
  }

  @Test
  void aReaderThatReachesTheRangeGetsTheOffsetToContinueAt() {
    appendSynced(200, 300, 200);
    kill();
    flip(foundSegment(0), HEADER + 250);
    try (PartitionLog recovered = recover();
        LogReader reader = recovered.reader(0)) {
      Slices.read(reader, 1 << 20, 3).close();
      assertThat(refusal(() -> reader.read(1, 3)))
          .hasMessageContaining("offsets 1 to 1 ")
          .hasMessageContaining("position 264")
          .hasMessageContaining("subscribe from offset 2 ");
      assertCode(ErrorCode.CORRUPT_LOG, () -> recovered.reader(1).read(1, 3));
      assertThat(Slices.firstBatch(recovered, 2)).isEqualTo(2);
    }
  }

  @Test
  void damageBesideAKnownRangeIsOneRangeWithIt() {
    appendSynced(200, 300, 200, 200);
    kill();
    flip(foundSegment(0), HEADER + 250);
    recover().close();
    flip(foundSegment(0), HEADER + 550);
    delete(found.resolve("closed"));
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.damage()).hasSize(1);
      assertThat(refusal(() -> recovered.reader(1).read(1, 4)))
          .hasMessageContaining("offsets 1 to 2 ")
          .hasMessageContaining("subscribe from offset 3 ");
    }
  }

  /** Each event has its offset as its time. */
  @Test
  void aSearchByTimeDoesNotMoveOverDamage() {
    appendSynced(200, 300, 200, 200);
    kill();
    flip(foundSegment(0), HEADER + 250);
    flip(foundSegment(0), HEADER + 550);
    for (int opening = 0; opening < 3; opening++) {
      try (PartitionLog recovered = recover()) {
        assertThat(recovered.damage()).hasSize(1);
        assertThat(recovered.firstBatchAtOrAfter(0, 0, 4)).as("before the damage").isZero();
        assertThat(recovered.firstBatchAtOrAfter(1, 0, 4)).as("a lost time").isEqualTo(1);
        assertThat(recovered.firstBatchAtOrAfter(3, 0, 4))
            .as("a time after the damage: a lost event can have it too")
            .isEqualTo(1);
        assertThat(recovered.firstBatchAtOrAfter(9, 0, 4)).as("a time of nobody").isEqualTo(1);
        assertThat(recovered.firstBatchAtOrAfter(3, 2, 4)).as("inside the range").isEqualTo(1);
        assertThat(recovered.firstBatchAtOrAfter(3, 3, 4)).as("after it").isEqualTo(3);
        assertThat(recovered.firstBatchAtOrAfter(1, 0, 1)).as("below the limit").isEqualTo(1);
        assertCode(ErrorCode.CORRUPT_LOG, () -> recovered.reader(1).read(1, 4));
      }
      if (opening == 1) {
        delete(found.resolve("closed"));
        deleteIndexes();
      }
    }
  }

  @Test
  void theRangeIsKnownAfterACleanCloseAndAfterAKill() {
    appendSynced(200, 300, 200);
    kill();
    flip(foundSegment(0), HEADER + 250);
    try (PartitionLog recovered = recover()) {
      appended.add(append(recovered, 500));
    }
    try (PartitionLog reopened = recover()) {
      assertThat(reopened.recovery().clean()).isTrue();
      assertServedExcept(reopened, 1);
    }
    delete(found.resolve("closed"));
    deleteIndexes();
    try (PartitionLog reopened = recover()) {
      assertThat(reopened.recovery().clean()).isFalse();
      assertThat(kinds(reopened)).doesNotContain(RecoveryCase.DAMAGE_BELOW_SYNCED);
      assertServedExcept(reopened, 1);
    }
  }

  @Test
  void damageAtAnyByteOfABatchTakesOnlyThatBatch() {
    appendSynced(120, 110, 130);
    for (int at = HEADER + 120; at < HEADER + 230; at++) {
      kill();
      flip(foundSegment(0), at);
      try (PartitionLog recovered = recover()) {
        assertThat(recovered.damage()).as("byte %d", at).hasSize(1);
        assertServedExcept(recovered, 1);
      }
    }
  }

  @Test
  void aZeroedBatchIsSkipped() {
    appendSynced(200, 5000, 200);
    kill();
    overwrite(foundSegment(0), HEADER + 200, new byte[5000]);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.damage())
          .containsExactly(new DamagedRange(1, 2, 0, HEADER + 200, 5000).offsets());
      assertServedExcept(recovered, 1);
    }
  }

  @Test
  void severalRangesAreEachSkipped() {
    appendSynced(200, 200, 200, 200, 200, 200);
    kill();
    flip(foundSegment(0), HEADER + 10);
    flip(foundSegment(0), HEADER + 450);
    flip(foundSegment(0), HEADER + 608);
    try (PartitionLog recovered = recover()) {
      assertServedExcept(recovered, 0, 2, 3);
    }
  }

  @Test
  void anEventThatContainsABatchIsNotReadAsTheNextBatch() {
    appendSynced(200);
    ByteBuffer outer = TestBatches.next(log, 1, 600, 1, 1);
    outer.put(300, TestBatches.batch(7, 1, 150, 0, 0, 0, Integer.MAX_VALUE).array());
    outer.putInt(12, BatchHeader.computePayloadCrc(outer, 0, 600));
    BatchHeader.stamp(outer, 0, 1, 1, 1, log.epoch());
    log.append(outer);
    appended.add(outer);
    appendSynced(200, 200);
    kill();
    flip(foundSegment(0), HEADER + 200 + 20);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.damage())
          .containsExactly(new DamagedRange(1, 2, 0, HEADER + 200, 600).offsets());
      assertServedExcept(recovered, 1);
    }
  }

  @Test
  void damageAtTheBeginningOfASegmentIsNotAttributedToTheOneBeforeIt() {
    appendMany(20);
    log.checkpoint(0, new byte[0]);
    kill();
    List<Long> segments = new LogDirectory(found).list().segments();
    flip(foundSegment(segments.get(1)), HEADER + 500);
    try (PartitionLog recovered = recover()) {
      assertServedExcept(recovered, segments.get(1).intValue());
    }
    try (PartitionLog reopened = recover()) {
      assertThat(reopened.recovery().clean()).isTrue();
    }
    delete(found.resolve("closed"));
    try (PartitionLog reopened = recover()) {
      assertThat(kinds(reopened)).doesNotContain(RecoveryCase.OVERLAPPING_SEGMENTS);
      assertServedExcept(reopened, segments.get(1).intValue());
    }
  }

  @Test
  void garbageAfterTheLastBatchOfASealedSegmentIsNoDamage() throws IOException {
    appendMany(20);
    kill();
    int end = bytes(foundSegment(0)).length;
    Files.write(foundSegment(0), new byte[500], StandardOpenOption.APPEND);
    flip(foundSegment(0), end + 3);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.damage()).isEmpty();
      assertServedExcept(recovered);
    }
    try (PartitionLog reopened = recover()) {
      assertServedExcept(reopened);
    }
  }

  @Test
  void damageOfTheLastSyncedBatchIsARangeAfterWhichAppendsContinue() {
    appendSynced(200, 200);
    log.checkpoint(1, new byte[0]);
    kill();
    flip(foundSegment(0), HEADER + 250);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.offsets().end()).isEqualTo(2);
      appended.add(append(recovered, 300));
      assertServedExcept(recovered, 1);
    }
    delete(found.resolve("closed"));
    try (PartitionLog reopened = recover()) {
      assertServedExcept(reopened, 1);
    }
  }

  @Test
  void batchesMissingAtTheEndAreARangeWithoutBytes() {
    appendSynced(200, 200);
    log.checkpoint(2, new byte[0]);
    kill();
    overwrite(foundSegment(0), HEADER + 200, new byte[200]);
    deleteIndexes();
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.damage()).hasSize(1);
      appended.add(append(recovered, 300));
      assertServedExcept(recovered, 1);
    }
  }

  @Test
  void aMissingSegmentIsARange() {
    appendMany(40);
    log.checkpoint(0, new byte[0]);
    kill();
    List<Long> segments = new LogDirectory(found).list().segments();
    delete(foundSegment(segments.get(1)));
    try (PartitionLog recovered = recover()) {
      assertThat(kinds(recovered)).contains(RecoveryCase.MISSING_SEGMENT);
      assertThat(recovered.recovery().notes())
          .anyMatch(note -> note.contains("are missing: there is no batch"))
          .noneMatch(note -> note.contains("quarantine"));
      assertServedExcept(recovered, offsets(segments.get(1), segments.get(2)));
    }
  }

  @Test
  void theMissingNewestSegmentOfAClosedLogIsARangeAfterWhichAppendsContinue() {
    appendMany(20);
    log.checkpoint(20, new byte[0]);
    log.close();
    kill();
    List<Long> segments = new LogDirectory(found).list().segments();
    long newest = segments.get(segments.size() - 1);
    delete(foundSegment(newest));
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.offsets().end()).isEqualTo(20);
      appended.add(append(recovered, 300));
      assertServedExcept(recovered, offsets(newest, 20));
    }
    try (PartitionLog reopened = recover()) {
      assertServedExcept(reopened, offsets(newest, 20));
    }
  }

  @Test
  void anOverlappingSegmentIsMovedToTheQuarantine() throws IOException {
    appendMany(20);
    kill();
    List<Long> segments = new LogDirectory(found).list().segments();
    Files.copy(foundSegment(segments.get(1)), foundSegment(segments.get(1) - 1));
    overwrite(
        foundSegment(segments.get(1) - 1),
        0,
        new SegmentHeader(foundIdentity(), 65_536, segments.get(1) - 1).encode().array());
    try (PartitionLog recovered = recover()) {
      assertThat(kinds(recovered)).contains(RecoveryCase.OVERLAPPING_SEGMENTS);
      assertThat(onlyFileInQuarantine().toString()).endsWith(".log");
      assertServedExcept(recovered);
    }
  }

  @Test
  void damageBeforeTheCheckpointIsFoundIfRecoveryReadsIt() {
    appendSynced(200, 200, 200, 200);
    log.checkpoint(3, new byte[] {9});
    kill();
    flip(foundSegment(0), HEADER + 210);
    deleteIndexes();
    Replayed replayed = new Replayed();
    try (PartitionLog recovered = recover(replayed)) {
      assertThat(replayed.state).containsExactly(9);
      assertThat(replayed.baseOffsets).containsExactly(3L);
      assertServedExcept(recovered, 1);
    }
  }

  @Test
  void damageAfterTheCheckpointOfALogClosedInOrderIsQuarantined() {
    appendSynced(200, 200, 200);
    log.close();
    kill();
    flip(foundSegment(0), HEADER + 200);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.offsets().end()).isEqualTo(3);
      assertServedExcept(recovered, 1);
    }
  }

  @Test
  void aDamagedDamageRecordIsRebuilt() {
    appendSynced(200, 300, 200);
    kill();
    flip(foundSegment(0), HEADER + 250);
    recover().close();
    flip(found.resolve("damage"), 20);
    try (PartitionLog recovered = recover()) {
      assertThat(kinds(recovered)).contains(RecoveryCase.UNUSABLE_DAMAGE_RECORD);
      assertServedExcept(recovered, 1);
    }
  }

  @Test
  void retentionForgetsRangesWithTheirSegments() {
    appendMany(20);
    log.checkpoint(0, new byte[0]);
    kill();
    flip(foundSegment(0), HEADER + 250);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.damage()).hasSize(1);
      recovered.checkpoint(20, new byte[0]);
      recovered.retain(Long.MAX_VALUE, 0);
      assertThat(recovered.damage()).isEmpty();
    }
  }

  @Test
  void anInterruptedRecoveryKeepsTheEvidenceOfTheSyncedOffset() {
    for (int i = 0; i < 6; i++) {
      appended.add(append(1_000));
    }
    log.close();
    kill();
    delete(found.resolve("checkpoint"));
    delete(found.resolve("checkpoint.copy"));
    flip(foundSegment(0), HEADER + 2_000 + 30);
    nextDisk.fsyncFails = true;
    assertCode(ErrorCode.STORAGE_FAILED, this::recover);
    assertThat(refusal().finding()).contains(RecoveryCase.UNREADABLE.name());
    nextDisk.fsyncFails = false;
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.offsets().end()).isEqualTo(6);
      assertServedExcept(recovered, 2);
    }
  }
}
