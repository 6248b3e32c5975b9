package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.mapped.file.Checkpoint;
import io.millrace.storage.mapped.file.LogDirectory;
import org.junit.jupiter.api.Test;

/** Damage that a reader finds is quarantined while the log is open. */
class DamageCheckTest extends DamageFixture {

  @Test
  void damageThatAReaderFindsIsQuarantinedWithoutARestart() {
    appendMany(40);
    log.checkpoint(40, new byte[0]);
    log.close();
    kill();
    flip(foundSegment(0), HEADER + 20_000 + 16);
    flip(foundSegment(0), HEADER + 40_000 + 300);
    try (PartitionLog opened = recover()) {
      assertThat(opened.damage()).isEmpty();
      assertCode(ErrorCode.CORRUPT_LOG, () -> readAll(opened));
      awaitDamage(opened, 2);
      assertServedExcept(opened, 2, 4);
    }
    try (PartitionLog reopened = recover()) {
      assertServedExcept(reopened, 2, 4);
    }
  }

  @Test
  void damageThatIsReportedIsQuarantinedWithoutARestart() {
    appendMany(40);
    log.checkpoint(40, new byte[0]);
    log.close();
    kill();
    flip(foundSegment(0), HEADER + 40_000 + 300);
    try (PartitionLog opened = recover()) {
      readAll(opened);
      assertThat(opened.damage()).as("the headers are whole").isEmpty();
      opened.reportDamage(4);
      awaitDamage(opened, 1);
      assertServedExcept(opened, 4);
    }
  }

  @Test
  void aFailedCheckIsRepeatedForTheNextReader() {
    appendMany(40);
    log.checkpoint(40, new byte[0]);
    log.close();
    kill();
    flip(foundSegment(0), HEADER + 20_000 + 16);
    try (PartitionLog opened = recover()) {
      nextDisk.fsyncFails = true;
      assertCode(ErrorCode.CORRUPT_LOG, () -> readAll(opened));
      nextDisk.awaitFailedFsync();
      nextDisk.fsyncFails = false;
      long deadline = System.nanoTime() + 120_000_000_000L;
      while (opened.damage().isEmpty()) {
        assertThat(System.nanoTime()).as("found in time").isLessThan(deadline);
        assertCode(ErrorCode.CORRUPT_LOG, () -> readAll(opened));
      }
      assertServedExcept(opened, 2);
    }
  }

  @Test
  void damageInTheNewestSegmentIsFoundWhileBatchesAreAppended() {
    appendSynced(200, 200, 200);
    log.close();
    kill();
    new Checkpoint(3, 0, HEADER + 600, 1, 3, new byte[0]).write(new LogDirectory(found), disk);
    flip(foundSegment(0), HEADER + 200);
    deleteIndexes();
    try (PartitionLog opened = recover()) {
      appended.add(append(opened, 250));
      assertCode(ErrorCode.CORRUPT_LOG, () -> readAll(opened));
      awaitDamage(opened, 1);
      appended.add(append(opened, 250));
      assertServedExcept(opened, 1);
    }
  }
}
