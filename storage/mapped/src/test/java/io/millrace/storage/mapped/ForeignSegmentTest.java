package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Replayed;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.ManualTimer;
import io.millrace.storage.mapped.file.StoredRegister;
import io.millrace.storage.mapped.recovery.RepairPlan;
import io.millrace.storage.mapped.tool.LogVerification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A sealed segment whose file was replaced by another segment, cut, or removed: its bytes are not
 * served, its offsets are damage, and all other offsets are served.
 */
class ForeignSegmentTest extends DamageFixture {

  private static final int BATCHES = 40;
  private static final long REPLACED = 6;
  private static final long NEXT = 12;

  /** The bytes that replace the segment. */
  private final Map<String, byte[]> foreign = new LinkedHashMap<>();

  @BeforeEach
  void writeLogs() {
    appendMany(BATCHES);
    log.checkpoint(BATCHES, new byte[0]);
    log.close();
    LogId otherTopic = new LogId(new UUID(8, 12), ID.partition());
    LogId otherPartition = new LogId(ID.topicId(), ID.partition() + 1);
    foreign.put("another topic", segmentOf(storage, "first", otherTopic));
    foreign.put("another partition", segmentOf(storage, "first", otherPartition));
    foreign.put("the same log, another offset", bytes(new LogDirectory(files).segment(NEXT)));
    try (MappedStorage earlier =
        MappedStorage.open(temporary.resolve("earlier"), MappedSettings.defaults())) {
      foreign.put("an earlier log of this id", segmentOf(earlier, "earlier", ID));
    }
  }

  /** The replaced segment of a log with batches of the same offsets and sizes. */
  private byte[] segmentOf(MappedStorage at, String data, LogId id) {
    try (MappedLog other = at.open(id, SETTINGS, new Replayed())) {
      for (int i = 0; i < BATCHES; i++) {
        append(other, 10_000);
      }
      other.force();
    }
    return bytes(LogDirectory.of(temporary.resolve(data).resolve("logs"), id).segment(REPLACED));
  }

  private void forEach(BiConsumer<String, byte[]> test) {
    foreign.forEach(
        (name, segment) -> {
          delete(temporary.resolve("next/quarantine"));
          kill();
          test.accept(name, segment);
        });
  }

  private void replace(byte[] segment) {
    try {
      Files.write(foundSegment(REPLACED), segment);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void assertOnlyTheSegmentIsLost(PartitionLog opened) {
    assertServedExcept(opened, offsets(REPLACED, NEXT));
    assertThat(opened.firstBatchAtOrAfter(REPLACED, 0, BATCHES)).isEqualTo(REPLACED);
    assertThat(opened.firstBatchAtOrAfter(REPLACED, NEXT, BATCHES)).isEqualTo(NEXT);
  }

  @Test
  void afterACleanOpeningAReaderMeetsDamageAndTheRestIsServed() {
    forEach(
        (name, segment) -> {
          replace(segment);
          try (PartitionLog opened = recover()) {
            assertThat(opened.recovery().clean()).as(name).isTrue();
            assertCode(ErrorCode.CORRUPT_LOG, () -> readAll(opened));
            awaitDamage(opened, 1);
            assertOnlyTheSegmentIsLost(opened);
          }
          assertThat(bytes(foundSegment(REPLACED))).as(name).isEqualTo(segment);
          assertThat(bytes(onlyFileInQuarantine())).as(name).isEqualTo(segment);
          try (PartitionLog reopened = recover()) {
            assertOnlyTheSegmentIsLost(reopened);
          }
        });
  }

  @Test
  void afterACrashAReaderMeetsDamageAndTheRestIsServed() {
    forEach(
        (name, segment) -> {
          replace(segment);
          delete(found.resolve("closed"));
          try (PartitionLog opened = recover()) {
            assertThat(opened.recovery().clean()).as(name).isFalse();
            assertCode(ErrorCode.CORRUPT_LOG, () -> readAll(opened));
            awaitDamage(opened, 1);
            assertOnlyTheSegmentIsLost(opened);
          }
        });
  }

  @Test
  void theBackgroundCheckFindsASegmentThatIsReplacedWhileTheLogIsOpen() {
    forEach(
        (name, segment) -> {
          try (MappedLog opened = (MappedLog) recover()) {
            replace(segment);
            verify(opened);
            assertThat(opened.damage()).as(name).hasSize(1);
            assertOnlyTheSegmentIsLost(opened);
          }
        });
  }

  @Test
  void aSearchByTimeWithoutAnIndexMeetsDamage() {
    forEach(
        (name, segment) -> {
          replace(segment);
          deleteIndexes();
          try (PartitionLog opened = recover()) {
            assertCode(
                ErrorCode.CORRUPT_LOG, () -> opened.firstBatchAtOrAfter(REPLACED + 1, 0, BATCHES));
            awaitDamage(opened, 1);
            assertOnlyTheSegmentIsLost(opened);
          }
          try (PartitionLog reopened = recover()) {
            assertOnlyTheSegmentIsLost(reopened);
          }
        });
  }

  /** Each event has its offset as its time; the index was written before the damage. */
  @Test
  void aSearchForALaterTimeMovesOverDamageOnlyIfTheIndexKnowsItsTimes() {
    kill();
    replace(foreign.get("another topic"));
    try (MappedLog opened = (MappedLog) recover()) {
      verify(opened);
      assertThat(opened.firstBatchAtOrAfter(NEXT - 1, 0, BATCHES)).isEqualTo(REPLACED);
      assertThat(opened.firstBatchAtOrAfter(NEXT, 0, BATCHES)).isEqualTo(NEXT);
      assertThat(opened.firstBatchAtOrAfter(NEXT + 8, 0, BATCHES)).isEqualTo(NEXT + 8);
    }
    delete(new LogDirectory(found).index(REPLACED));
    try (PartitionLog reopened = recover()) {
      assertThat(reopened.firstBatchAtOrAfter(NEXT + 8, 0, BATCHES)).isEqualTo(REPLACED);
      assertThat(reopened.firstBatchAtOrAfter(NEXT + 8, NEXT, BATCHES)).isEqualTo(NEXT + 8);
    }
  }

  @Test
  void theOldestSegmentIsDamageLikeAnyOther() {
    kill();
    delete(foundSegment(0));
    overwriteOldest(foreign.get("another topic"));
    assertThat(plan().damage()).hasSize(1);
    try (MappedLog opened = (MappedLog) recover()) {
      verify(opened);
      assertServedExcept(opened, offsets(0, REPLACED));
    }
  }

  private RepairPlan plan() {
    LogDirectory directory = new LogDirectory(found);
    return RepairPlan.of(directory, ID, StoredRegister.beside(directory).of(ID));
  }

  private void overwriteOldest(byte[] segment) {
    try {
      Files.write(foundSegment(0), segment);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theOfflineToolsReportIt() {
    forEach(
        (name, segment) -> {
          replace(segment);
          String file = foundSegment(REPLACED).getFileName().toString();
          assertThat(LogVerification.of(found).problems())
              .as(name)
              .anyMatch(
                  problem ->
                      problem.file().endsWith(file)
                          && problem.what().contains("was it copied from elsewhere?"));
          RepairPlan plan = plan();
          assertThat(plan.steps()).as(name).hasSize(1).allMatch(step -> step.contains(file));
          try (MappedLog opened = (MappedLog) recover()) {
            assertThat(opened.checks().runAll()).as(name).hasSize(1);
            assertThat(opened.damage()).as(name).isEqualTo(plan.damage());
            assertThat(opened.checks().runAll()).as(name + ", a second time").isEmpty();
          }
          assertThat(plan().steps()).as(name).isEmpty();
        });
  }

  /** The file ends with a batch, so no reader meets a damaged one. */
  @Test
  void aSegmentThatWasCutAfterABatchIsDamageFromThere() throws IOException {
    kill();
    Path file = foundSegment(REPLACED);
    Files.write(file, Arrays.copyOf(bytes(file), HEADER + 30_000));
    try (PartitionLog opened = recover()) {
      assertThat(opened.recovery().clean()).isTrue();
      assertCode(ErrorCode.CORRUPT_LOG, () -> readAll(opened));
      awaitDamage(opened, 1);
      assertServedExcept(opened, offsets(REPLACED + 3, NEXT));
    }
  }

  @Test
  void aSegmentThatIsRemovedWhileTheLogIsOpenIsDamage() {
    for (boolean inBackground : new boolean[] {true, false}) {
      kill();
      try (MappedLog opened = (MappedLog) recover()) {
        delete(foundSegment(REPLACED));
        if (inBackground) {
          verify(opened);
        } else {
          assertCode(ErrorCode.CORRUPT_LOG, () -> readAll(opened));
          awaitDamage(opened, 1);
        }
        assertOnlyTheSegmentIsLost(opened);
        assertThat(opened.retain(0, Long.MAX_VALUE)).isZero();
      }
    }
  }

  @Test
  void damageThatCannotBeKeptIsCountedAndFoundAgainAfterTheNextOpening() {
    kill();
    flip(foundSegment(REPLACED), HEADER + 20_000 + 300);
    try (MappedLog opened = (MappedLog) recover()) {
      nextDisk.fsyncFails = true;
      verify(opened);
      nextDisk.fsyncFails = false;
      assertServedExcept(opened, (int) REPLACED + 2);
    }
    assertThat(new LogDirectory(found).damage()).doesNotExist();
    try (MappedLog reopened = (MappedLog) recover()) {
      assertThat(reopened.damage()).isEmpty();
      verify(reopened);
      assertServedExcept(reopened, (int) REPLACED + 2);
    }
    assertThat(new LogDirectory(found).damage()).exists();
  }

  private static void verify(MappedLog opened) {
    ManualTimer timer = new ManualTimer();
    BackgroundVerification verification =
        new BackgroundVerification(1 << 30, timer, timer::nanoTime);
    verification.add(opened.checks().unchecked());
    verification.start();
    timer.runAll();
    assertThat(verification.progress().unverifiedBytes()).isZero();
  }
}
