package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.PartitionLog;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.RecoveryCase;
import org.junit.jupiter.api.Test;

/** A damaged segment header is repaired, unless the segment is half created. */
class SegmentHeaderRepairTest extends DamageFixture {

  @Test
  void aDamagedSegmentHeaderIsRepaired() {
    appendMany(20);
    log.checkpoint(0, new byte[0]);
    for (long base : new LogDirectory(files).list().segments()) {
      kill();
      flip(foundSegment(base), 40);
      try (PartitionLog recovered = recover()) {
        assertThat(kinds(recovered)).contains(RecoveryCase.DAMAGED_SEGMENT_HEADER);
        assertThat(recovered.damage()).isEmpty();
        assertServedExcept(recovered);
      }
    }
  }

  /** A half created segment looks like this; only evidence of a sync distinguishes them. */
  private void wipeHeader(long segment) {
    overwrite(foundSegment(segment), 0, new byte[HEADER]);
  }

  @Test
  void theWipedHeaderOfTheOnlySegmentIsRepairedIfTheCheckpointSaysItWasSynced() {
    appendMany(4);
    log.checkpoint(4, new byte[0]);
    assertWipedHeaderOfTheOnlySegmentIsRepaired();
  }

  @Test
  void theWipedHeaderOfTheOnlySegmentIsRepairedIfTheClosedMarkSaysItWasSynced() {
    appendMany(4);
    log.close();
    assertWipedHeaderOfTheOnlySegmentIsRepaired();
  }

  private void assertWipedHeaderOfTheOnlySegmentIsRepaired() {
    kill();
    wipeHeader(0);
    try (PartitionLog recovered = recover()) {
      assertThat(kinds(recovered)).contains(RecoveryCase.DAMAGED_SEGMENT_HEADER);
      assertServedExcept(recovered);
    }
  }

  @Test
  void theWipedHeaderOfTheNewestSegmentIsRepairedIfTheCheckpointSaysItWasSynced() {
    appendMany(8);
    log.checkpoint(8, new byte[0]);
    kill();
    wipeHeader(6);
    try (PartitionLog recovered = recover()) {
      assertThat(kinds(recovered)).doesNotContain(RecoveryCase.MISSING_SEGMENT);
      assertServedExcept(recovered);
    }
  }

  @Test
  void theWipedHeaderOfASegmentInTheMiddleIsRepairedIfALaterOneSaysItWasSynced() {
    appendMany(12);
    appended.add(append(10_000));
    kill();
    assertThat(new LogDirectory(found).list().segments()).containsExactly(0L, 6L, 12L);
    wipeHeader(6);
    try (PartitionLog recovered = recover()) {
      assertThat(kinds(recovered)).contains(RecoveryCase.DAMAGED_SEGMENT_HEADER);
      assertServedExcept(recovered);
    }
    try (PartitionLog reopened = recover()) {
      assertServedExcept(reopened);
    }
  }

  @Test
  void theWipedHeaderOfTheFirstSegmentIsRepairedAlsoIfTheLogEndsInIt() {
    appendMany(5);
    log.checkpoint(5, new byte[0]);
    append(10_000);
    append(10_000);
    kill();
    assertThat(new LogDirectory(found).list().segments()).containsExactly(0L, 6L);
    wipeHeader(0);
    flip(foundSegment(0), HEADER + 50_000 + 20);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.offsets().end()).isEqualTo(5);
      appended.add(append(recovered, 200));
      assertServedExcept(recovered);
    }
    try (PartitionLog reopened = recover()) {
      assertServedExcept(reopened);
    }
  }

  @Test
  void aSegmentWithAWipedHeaderOfWhichNothingWasDurableIsHalfCreated() {
    appendMany(6);
    for (int i = 0; i < 7; i++) {
      append(10_000);
    }
    kill();
    assertThat(new LogDirectory(found).list().segments()).containsExactly(0L, 6L, 12L);
    wipeHeader(6);
    overwrite(foundSegment(6), HEADER, new byte[60_000]);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.damage()).isEmpty();
      assertThat(kinds(recovered)).doesNotContain(RecoveryCase.DAMAGED_SEGMENT_HEADER);
      assertServedExcept(recovered);
    }
  }
}
