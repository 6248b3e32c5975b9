package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Replayed;
import io.millrace.storage.Slices;
import io.millrace.storage.mapped.file.BatchProof;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogIdentity;
import io.millrace.storage.mapped.file.RecoveryCase;
import io.millrace.storage.mapped.file.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What recovery does with the files that a crash or a bad disk has left. */
class RecoveryTest extends MappedFixture {

  // Torn tails.

  @Test
  void aBatchTornAtAnyByteIsCutOff() {
    append(200);
    append(150);
    int last = HEADER + 350;
    ByteBuffer torn = append(110);
    for (int kept = 0; kept < torn.capacity(); kept++) {
      kill();
      int missing = torn.capacity() - kept;
      overwrite(foundSegment(0), last + kept, new byte[missing]);
      long nonZero = countNonZero(torn, kept);
      try (PartitionLog recovered = recover()) {
        assertThat(recovered.offsets()).as("kept %d", kept).isEqualTo(new LogOffsets(0, 2, 2));
        assertThat(recovered.recovery().truncatedAt()).isEqualTo(nonZero == 0 ? -1 : 2);
        assertThat(recovered.recovery().truncatedBytes()).isEqualTo(nonZero);
        assertThat(recovered.recovery().checkedBatches()).isEqualTo(2);
        assertThat(readAll(recovered)).hasSize(2);
      }
      byte[] after = bytes(foundSegment(0));
      assertThat(
              Arrays.equals(
                  after, last, after.length, new byte[after.length - last], 0, after.length - last))
          .as("all zero after the cut")
          .isTrue();
    }
  }

  @Test
  void aBatchDamagedAtAnyByteIsCutOff() {
    append(200);
    int last = HEADER + 200;
    int length = append(110).capacity();
    for (int at = 0; at < length; at++) {
      kill();
      flip(foundSegment(0), last + at);
      try (PartitionLog recovered = recover()) {
        assertThat(recovered.offsets().end()).as("byte %d", at).isEqualTo(1);
        assertThat(recovered.recovery().truncatedAt()).as("byte %d", at).isEqualTo(1);
      }
    }
  }

  @Test
  void appendsContinueAfterATruncatedTail() {
    append(200);
    append(200);
    kill();
    flip(foundSegment(0), HEADER + 300);
    try (PartitionLog recovered = recover()) {
      ByteBuffer again = append(recovered, 300);
      assertThat(readAll(recovered)).hasSize(2).last().isEqualTo(again);
    }
    try (PartitionLog reopened = recover()) {
      assertThat(reopened.recovery().clean()).isTrue();
      assertThat(readAll(reopened)).hasSize(2);
    }
  }

  @Test
  void aTailTornInASealedSegmentTakesTheLaterSegmentsWithIt() {
    for (int i = 0; i < 20; i++) {
      append(10_000);
    }
    log.checkpoint(0, new byte[0]);
    kill();
    flip(foundSegment(0), HEADER + 30_000);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.offsets()).isEqualTo(new LogOffsets(0, 3, 3));
      assertThat(recovered.recovery().truncatedAt()).isEqualTo(3);
      assertThat(new LogDirectory(found).index(0)).as("an index of lost batches").doesNotExist();
      for (int i = 0; i < 20; i++) {
        append(recovered, 10_000);
      }
      assertThat(readAll(recovered)).hasSize(23);
    }
  }

  @Test
  void aBatchLeftFromAnEarlierOpeningIsNotPartOfTheLog() {
    append(200);
    byte[] leftover = append(200).array();
    kill();
    overwrite(foundSegment(0), HEADER, new byte[400]);
    recover().close();
    overwrite(foundSegment(0), HEADER + 200, leftover);
    Path twice = temporary.resolve("next/copy");
    try (PartitionLog second = recover()) {
      append(second, 200);
      Directories.copy(found, twice);
    }
    delete(found);
    Directories.copy(twice, found);
    try (PartitionLog third = recover()) {
      assertThat(third.offsets().end()).isEqualTo(1);
      assertThat(third.recovery().truncatedAt()).isEqualTo(1);
    }
  }

  @Test
  void afterAnyDamageAPrefixOfTheLogRemains() {
    List<ByteBuffer> appended = new ArrayList<>();
    for (long seed = 1; seed <= 80; seed++) {
      Random random = new Random(seed);
      for (int i = random.nextInt(4); i >= 0; i--) {
        appended.add(append(104 + random.nextInt(5000)));
      }
      kill();
      LogDirectory.Listing listing = new LogDirectory(found).list();
      long base = listing.segments().get(random.nextInt(listing.segments().size()));
      int size = bytes(foundSegment(base)).length;
      for (int i = random.nextInt(3); i >= 0; i--) {
        byte[] damage = new byte[1 + random.nextInt(300)];
        random.nextBytes(damage);
        overwrite(
            foundSegment(base), HEADER + random.nextInt(size - HEADER - damage.length), damage);
      }
      try (PartitionLog recovered = recover()) {
        List<ByteBuffer> kept = readAll(recovered);
        assertThat(kept).as("seed %d", seed).isEqualTo(appended.subList(0, kept.size()));
        assertThat(recovered.offsets().durable()).as("seed %d", seed).isEqualTo(kept.size());
      }
    }
  }

  // Damage below the synced mark; see also QuarantineTest.

  @Test
  void aLogWhoseSegmentsAreAllGoneIsRefused() {
    append(200);
    log.force();
    log.checkpoint(1, new byte[0]);
    kill();
    delete(foundSegment(0));
    assertCode(ErrorCode.CORRUPT_LOG, this::recover);
  }

  @Test
  void theRefusalOfALogWhoseSegmentsAreAllGoneNamesItsCase() {
    append(200);
    log.close();
    kill();
    delete(foundSegment(0));
    assertThat(refusal().finding()).contains(RecoveryCase.NOTHING_LEFT.name());
  }

  @Test
  void damageInAnOldSegmentStopsOnlyItsReaders() {
    for (int i = 0; i < 40; i++) {
      append(10_000);
    }
    log.force();
    log.checkpoint(40, new byte[0]);
    log.close();
    kill();
    flip(foundSegment(0), HEADER + 20_000 + 16);
    try (PartitionLog opened = recover()) {
      assertCode(ErrorCode.CORRUPT_LOG, () -> readAll(opened));
      append(opened, 200);
      assertThat(Slices.firstBatch(opened, 30)).isEqualTo(30);
    }
  }

  @Test
  void aFirstSegmentWithoutHeaderIsNoDamageIfNothingWasSynced() {
    append(30_000);
    append(40_000);
    kill();
    overwrite(foundSegment(0), 0, new byte[4096]);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.offsets()).isEqualTo(new LogOffsets(0, 0, 0));
    }
  }

  @Test
  void theNamesOfALogThatWasNeverSyncedAreFsyncedWithItsFirstBatch() {
    log.close();
    log = storage.open(ID, SETTINGS, new Replayed());
    append(200);
    disk.fsynced.clear();
    log.force();
    assertThat(disk.fsynced).contains(files.getParent(), files.resolve("%020d.log".formatted(0)));
  }

  // Leftovers.

  @Test
  void unfinishedFilesAreRemovedAndNoted() throws IOException {
    append(200);
    log.close();
    kill();
    Files.write(found.resolve("next.log.tmp"), new byte[100]);
    Files.write(found.resolve("checkpoint.tmp"), new byte[100]);
    Files.write(found.resolve("00000000000000000009.index"), new byte[100]);
    try (PartitionLog opened = recover()) {
      assertThat(opened.recovery().notes()).hasSize(3).allMatch(note -> note.contains("removed"));
      assertThat(opened.offsets().end()).isEqualTo(1);
    }
    assertThat(found.resolve("next.log.tmp")).doesNotExist();
    assertThat(found.resolve("checkpoint.tmp")).doesNotExist();
    assertThat(found.resolve("00000000000000000009.index")).doesNotExist();
  }

  @Test
  void aHalfCreatedSegmentIsRemovedAndNoted() throws IOException {
    append(200);
    kill();
    Files.write(foundSegment(1), new byte[70_000]);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.offsets()).isEqualTo(new LogOffsets(0, 1, 1));
      assertThat(recovered.recovery().notes())
          .anyMatch(note -> note.contains("00000000000000000001.log"));
    }
    assertThat(foundSegment(1)).doesNotExist();
  }

  @Test
  void aLogThatIsOnlyAHalfCreatedSegmentBeginsWhereThatBegan() throws IOException {
    Files.createDirectories(found);
    Files.write(foundSegment(500), new byte[70_000]);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.offsets()).isEqualTo(new LogOffsets(500, 500, 500));
      append(recovered, 200);
    }
  }

  @Test
  void aCrashInTheMiddleOfRetentionOnlyMovesTheStart() {
    for (int i = 0; i < 20; i++) {
      append(10_000);
    }
    log.force();
    log.checkpoint(20, new byte[0]);
    kill();
    List<Long> segments = new LogDirectory(found).list().segments();
    delete(new LogDirectory(found).index(segments.get(0)));
    next.register().of(ID).startsAt(segments.get(2));
    delete(foundSegment(segments.get(0)));
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.offsets()).isEqualTo(new LogOffsets(segments.get(2), 20, 20));
      assertThat(recovered.damage()).isEmpty();
      assertThat(recovered.recovery().notes())
          .anyMatch(note -> note.contains("before the start of the log"));
    }
    assertThat(new LogDirectory(found).list().segments()).startsWith(segments.get(2));
  }

  // Foreign, newer and older files.

  @Test
  void aSegmentOfAnotherLogIsRefused() {
    append(200);
    log.close();
    kill();
    LogIdentity other = new LogIdentity(new LogId(new UUID(1, 1), 3), foundIdentity().key());
    overwrite(foundSegment(0), 0, new SegmentHeader(other, 65_536, 0).encode().array());
    assertThat(refusal()).hasMessageContaining("00000000-0000-0001-0000-000000000001-3");
    assertThat(refusal().finding()).contains(RecoveryCase.FOREIGN_SEGMENT.name());
    assertCode(ErrorCode.CORRUPT_LOG, this::recover);
  }

  @Test
  void aSegmentOfANewerOrOlderVersionIsRefused() {
    append(200);
    log.close();
    kill();
    overwrite(foundSegment(0), 0, headerOfVersion(3));
    assertCode(ErrorCode.LOG_TOO_NEW, this::recover);
    assertThat(refusal().finding()).contains(RecoveryCase.OTHER_VERSION.name());
    overwrite(foundSegment(0), 0, headerOfVersion(1));
    assertCode(ErrorCode.LOG_TOO_OLD, this::recover);
  }

  private byte[] headerOfVersion(int version) {
    ByteBuffer header =
        new SegmentHeader(foundIdentity(), 65_536, 0).encode().putShort(4, (short) version);
    CRC32C crc = new CRC32C();
    crc.update(header.array(), 0, 60);
    return header.putInt(60, (int) crc.getValue()).array();
  }

  @Test
  void aBatchOfANewerVersionIsRefused() {
    assertRefusedWithByte(6, 3);
  }

  @Test
  void aBatchOfAnotherRecordFormatIsRefused() {
    assertRefusedWithByte(7, 1);
  }

  private void assertRefusedWithByte(int at, int value) {
    ByteBuffer batch = append(200);
    kill();
    batch.put(at, (byte) value);
    batch.putInt(8, BatchHeader.computeHeaderCrc(batch, 0));
    new BatchProof(foundIdentity().key(), 0).write(batch, 0, HEADER);
    overwrite(foundSegment(0), HEADER, batch.array());
    assertCode(ErrorCode.LOG_TOO_NEW, this::recover);
  }

  // Indexes.

  @Test
  void missingDamagedAndForeignIndexesAreRebuilt() throws IOException {
    for (int i = 0; i < 60; i++) {
      append(10_000);
    }
    log.close();
    List<Long> segments = new LogDirectory(files).list().segments();
    LogDirectory directory = new LogDirectory(found);
    kill();
    for (long base : segments) {
      delete(directory.index(base));
    }
    assertEveryOffsetAndTimeIsFound();
    kill();
    for (long base : segments) {
      flip(directory.index(base), 60);
    }
    assertEveryOffsetAndTimeIsFound();
    kill();
    for (long base : segments) {
      Files.copy(
          new LogDirectory(files).index(segments.get(1)),
          directory.index(base),
          StandardCopyOption.REPLACE_EXISTING);
    }
    assertEveryOffsetAndTimeIsFound();
  }

  private void assertEveryOffsetAndTimeIsFound() {
    try (PartitionLog opened = recover()) {
      for (long offset = 0; offset < 60; offset++) {
        assertThat(Slices.firstBatch(opened, offset)).isEqualTo(offset);
        assertThat(opened.firstBatchAtOrAfter(offset, 0, 60)).isEqualTo(offset);
      }
      assertThat(readAll(opened)).hasSize(60);
    }
  }

  @Test
  void aLostEpochFileDoesNotBringOldEpochsBack() {
    List<ByteBuffer> appended = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      appended.add(append(200));
      log.close();
      log = storage.open(ID, SETTINGS, new Replayed());
    }
    int last = log.epoch();
    appended.add(append(200));
    kill();
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.epoch()).isGreaterThan(last);
      appended.add(append(recovered, 200));
      assertThat(readAll(recovered)).isEqualTo(appended);
    }
  }

  private static long countNonZero(ByteBuffer batch, int bytes) {
    long count = 0;
    for (int i = 0; i < bytes; i++) {
      count += batch.get(i) == 0 ? 0 : 1;
    }
    return count;
  }
}
