package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.Slices;
import io.millrace.storage.mapped.file.Checkpoint;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.FaultyDisk;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.ManualTimer;
import io.millrace.storage.mapped.file.RecoveryCase;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Bytes that the disk cannot read are damage to the batches in them and to nothing else. */
class UnreadableTest extends MappedFixture {

  private static final int BATCH_BYTES = 3_000;
  private static final int PAGE_BYTES = 4096;

  private void appendSynced(int batches) {
    for (int i = 0; i < batches; i++) {
      append(BATCH_BYTES);
      log.force();
    }
  }

  private void unreadable(long segment, int page) {
    Path file = foundSegment(segment).getFileName();
    nextDisk.unreadable.add(
        new FaultyDisk.Unreadable(file, (long) page * PAGE_BYTES, (page + 1L) * PAGE_BYTES));
  }

  private static int position(int batch) {
    return HEADER + batch * BATCH_BYTES;
  }

  /** Reads from an offset on, as far as possible. */
  private static void assertReadable(PartitionLog log, long from, long to) {
    try (LogReader reader = log.reader(from)) {
      for (long next = from; next < to; ) {
        try (LogSlice slice = Slices.read(reader, 1, to)) {
          next = slice.nextOffset();
        }
      }
      assertThat(reader.position()).isEqualTo(to);
    }
  }

  @Test
  void aBadPageDamagesTheBatchesInItAndTheRestIsServed() {
    appendSynced(12);
    kill();
    unreadable(0, 5);
    try (PartitionLog recovered = recover()) {
      // Bytes 20480 to 24575: the end of batch 6, batch 7 and the beginning of batch 8.
      assertThat(recovered.damage())
          .containsExactly(new DamagedRange(6, 9, 0, position(6), 3 * BATCH_BYTES).offsets());
      assertThat(recovered.offsets()).isEqualTo(new LogOffsets(0, 12, 12));
      assertThat(recovered.recovery().findings())
          .anyMatch(
              finding ->
                  finding.name().equals(RecoveryCase.DAMAGE_BELOW_SYNCED.name())
                      && finding.text().contains("the disk cannot read"));
      assertReadable(recovered, 0, 6);
      assertReadable(recovered, 9, 12);
      append(recovered, 200);
    }
    try (PartitionLog reopened = recover()) {
      assertThat(reopened.damage()).hasSize(1);
      assertThat(reopened.offsets().end()).isEqualTo(13);
    }
  }

  @Test
  void batchesAfterABadPageAreNoTornTailThoughNoBatchStatesThatTheyWereSynced() {
    for (int i = 0; i < 12; i++) {
      append(BATCH_BYTES);
    }
    kill();
    unreadable(0, 2);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.offsets().end()).isEqualTo(12);
      assertThat(recovered.damage())
          .containsExactly(new DamagedRange(2, 5, 0, position(2), 3 * BATCH_BYTES).offsets());
      assertReadable(recovered, 5, 12);
    }
  }

  /** The page may become readable again, or with other tools. */
  @Test
  void aBadPageAmongRewrittenBatchesIsNotWritten() {
    for (int i = 0; i < 12; i++) {
      append(BATCH_BYTES);
    }
    kill();
    byte[] before = bytes(foundSegment(0));
    unreadable(0, 2);
    recover().close();
    assertThat(bytes(foundSegment(0))).isEqualTo(before);
  }

  @Test
  void aBadPageAtTheEndOfASegmentDoesNotRemoveLaterSegments() {
    for (int i = 0; i < 30; i++) {
      append(BATCH_BYTES);
    }
    kill();
    long second = new LogDirectory(found).list().segments().get(1);
    for (int page = 14; page < 16; page++) {
      unreadable(0, page);
    }
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.offsets().end()).isEqualTo(30);
      assertThat(recovered.damage())
          .singleElement()
          .extracting(DamagedOffsets::endOffset)
          .isEqualTo(second);
      assertReadable(recovered, second, 30);
    }
  }

  @Test
  void aBadPageWithNothingAfterItEndsTheLogAndAppendsContinue() {
    for (int i = 0; i < 3; i++) {
      append(BATCH_BYTES);
    }
    kill();
    unreadable(0, 2);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.offsets()).isEqualTo(new LogOffsets(0, 2, 2));
      assertThat(bytes(foundSegment(0)))
          .as("the page was written, so that appends to it can be")
          .endsWith(new byte[65_536 - 2 * PAGE_BYTES]);
      append(recovered, 200);
    }
  }

  @Test
  void theLastSyncedBatchInABadPageIsARangeAfterWhichAppendsContinue() {
    appendSynced(3);
    log.checkpoint(0, new byte[0]);
    kill();
    unreadable(0, 2);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.damage()).hasSize(1);
      assertThat(recovered.damage().get(0).firstOffset()).isEqualTo(2);
      assertThat(recovered.offsets().end()).isEqualTo(3);
      append(recovered, 200);
      nextDisk.unreadable.clear();
    }
    try (PartitionLog reopened = recover()) {
      assertThat(reopened.offsets().end()).isEqualTo(4);
      assertReadable(reopened, 3, 4);
    }
  }

  @Test
  void aBadPageInThePreallocatedZerosIsNoDamage() {
    appendSynced(2);
    kill();
    unreadable(0, 3);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.damage()).isEmpty();
      assertThat(recovered.offsets().end()).isEqualTo(2);
    }
  }

  @Test
  void aSegmentWhoseHeaderIsInABadPageKeepsTheBatchesAfterThePage() {
    appendSynced(30);
    List<Long> segments = new LogDirectory(files).list().segments();
    for (long segment : segments) {
      kill();
      nextDisk.unreadable.clear();
      unreadable(segment, 0);
      try (PartitionLog recovered = recover()) {
        assertThat(recovered.damage())
            .containsExactly(
                new DamagedRange(segment, segment + 2, segment, HEADER, 2 * BATCH_BYTES).offsets());
        assertThat(recovered.recovery().findings())
            .extracting(RecoveryFinding::name)
            .contains(RecoveryCase.DAMAGED_SEGMENT_HEADER.name());
        assertReadable(recovered, segment + 2, 30);
      }
    }
  }

  @Test
  void afterACleanCloseABadPageIsFoundInTheBackground() {
    appendSynced(30);
    log.close();
    kill();
    unreadable(0, 5);
    ManualTimer timer = new ManualTimer();
    BackgroundVerification verification =
        new BackgroundVerification(1 << 20, timer, timer::nanoTime);
    new Checkpoint(30, 21, position(9), 1, 30, new byte[0])
        .write(new LogDirectory(found), nextDisk);
    try (MappedLog opened = (MappedLog) recover()) {
      assertThat(opened.recovery().clean()).isTrue();
      assertThat(opened.damage()).isEmpty();
      verification.add(opened.checks().unchecked());
      verification.start();
      timer.runAll();
      assertThat(opened.damage())
          .containsExactly(new DamagedRange(6, 9, 0, position(6), 3 * BATCH_BYTES).offsets());
      assertReadable(opened, 9, 30);
    }
  }

  /** A page beyond the end of a file raises SIGBUS, as a bad page in a mapping does. */
  @Test
  void aMappedPageThatTheDiskCannotReadIsDamageToItsReaders() throws IOException {
    appendSynced(12);
    List<Consumer<PartitionLog>> uses =
        List.of(
            opened -> Slices.firstBatch(opened, 9),
            opened -> opened.firstBatchAtOrAfter(9, 0, 12),
            opened -> opened.checkpoint(10, new byte[0]));
    for (Consumer<PartitionLog> use : uses) {
      kill();
      try (PartitionLog opened = recover()) {
        try (FileChannel channel = FileChannel.open(foundSegment(0), StandardOpenOption.WRITE)) {
          channel.truncate(5 * PAGE_BYTES);
        }
        assertCode(ErrorCode.CORRUPT_LOG, () -> use.accept(opened));
        assertReadable(opened, 0, 6);
      }
    }
  }

  @Test
  void smallFilesThatCannotBeReadCountAsDamaged() throws IOException {
    appendSynced(3);
    log.checkpoint(2, new byte[] {7});
    log.close();
    for (String name : List.of("checkpoint", "closed", "damage", "%020d.index".formatted(0))) {
      kill();
      delete(found.resolve(name));
      // It can be opened and not read.
      Files.createDirectory(found.resolve(name));
      try (PartitionLog recovered = recover()) {
        assertThat(recovered.offsets()).as(name).isEqualTo(new LogOffsets(0, 3, 3));
        assertReadable(recovered, 0, 3);
      } finally {
        delete(found.resolve(name));
      }
    }
  }
}
