package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.storage.PartitionLog;
import io.millrace.storage.Replayed;
import io.millrace.storage.mapped.file.EpochCounter;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogIdentity;
import io.millrace.storage.mapped.file.LogKey;
import io.millrace.storage.mapped.file.LogRegister;
import io.millrace.storage.mapped.file.MappingLimit;
import io.millrace.storage.mapped.file.SegmentFile;
import io.millrace.storage.mapped.file.SegmentFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The preparation of a segment on threads of the storage, and the owner that takes it. */
class PreparedSegmentTest extends MappedFixture {

  private SegmentFiles segmentFiles() {
    return new SegmentFiles(
        new LogIdentity(ID, LogKey.random()), new LogDirectory(files), disk, new MappingLimit(10));
  }

  private Path temporaryFile() {
    return new LogDirectory(files).preparedSegment();
  }

  @Test
  void aPreparedSegmentIsAllocatedFsyncedAndUsed() throws IOException {
    disk.fsynced.clear();
    PreparedSegment prepared = new PreparedSegment(segmentFiles(), 8192);
    prepared.allocate();
    prepared.fill();
    assertThat(disk.fsyncedBesidesRegister()).containsExactly(temporaryFile());
    assertThat(Files.size(temporaryFile())).isEqualTo(8192);
    prepared.takeIfReady().delete();
    assertThat(temporaryFile()).doesNotExist();
  }

  @Test
  void aLargeSegmentIsFsyncedInSteps() throws IOException {
    disk.fsynced.clear();
    int bytes = (5 << 20) / 2;
    PreparedSegment prepared = new PreparedSegment(segmentFiles(), bytes);
    prepared.allocate();
    prepared.fill();
    assertThat(disk.fsyncedBesidesRegister()).hasSize(3).containsOnly(temporaryFile());
    assertThat(Files.size(temporaryFile())).isEqualTo(bytes);
    prepared.takeIfReady().delete();
  }

  @Test
  void aSegmentForLargeFsyncsIsOnlyAllocated() throws IOException {
    disk.fsynced.clear();
    PreparedSegment prepared = new PreparedSegment(segmentFiles(), 8192);
    prepared.allocate();
    assertThat(disk.fsyncedBesidesRegister()).isEmpty();
    assertThat(Files.size(temporaryFile())).isEqualTo(8192);
    prepared.takeIfReady().delete();
  }

  @Test
  void aSegmentThatIsBeingPreparedIsTakenLater() throws Exception {
    PreparedSegment next = new PreparedSegment(segmentFiles(), 8192);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    disk.onAllocate =
        () -> {
          begun.countDown();
          await(mayEnd);
        };
    Thread background = new Thread(next::allocate);
    background.start();
    await(begun);
    assertThat(next.takeIfReady()).isNull();
    assertThat(next.isGone()).as("it is still being prepared").isFalse();

    mayEnd.countDown();
    background.join(Duration.ofSeconds(60).toMillis());
    assertThat(background.isAlive()).isFalse();
    next.takeIfReady().delete();
    assertThat(temporaryFile()).doesNotExist();
  }

  @Test
  void aSegmentNotPreparedInTimeIsNotPreparedLater() {
    PreparedSegment late = new PreparedSegment(segmentFiles(), 8192);
    assertThat(late.takeIfReady()).isNull();
    assertThat(late.isGone()).isTrue();
    late.allocate();
    late.fill();
    assertThat(temporaryFile()).doesNotExist();
    late.discard();
  }

  @Test
  void theFillingEndsWhenTheOwnerNeedsTheFileSoon() {
    disk.fsynced.clear();
    PreparedSegment prepared = new PreparedSegment(segmentFiles(), 4 << 20);
    prepared.allocate();
    prepared.hurry();
    prepared.fill();
    assertThat(disk.fsyncedBesidesRegister()).isEmpty();
    assertThat(prepared.takeIfReady()).isNotNull();
  }

  @Test
  void anAppendIntoTheLastQuarterEndsTheFilling() throws IOException {
    assertThat(fsyncedByFillingAfter(4)).as("appends up to the half").isNotEmpty();
    assertThat(fsyncedByFillingAfter(5)).as("appends up to the last quarter").isEmpty();
  }

  /**
   * The fsyncs of a prepared segment whose filling begins after a number of appends. Six of them
   * fill the active segment.
   */
  private List<Path> fsyncedByFillingAfter(int appends) throws IOException {
    Path logs = Files.createDirectories(temporary.resolve("filled-after-" + appends));
    List<Runnable> fillings = new ArrayList<>();
    LogOpener opener =
        new LogOpener(
            new StorageFiles(
                logs,
                disk,
                EpochCounter.open(temporary.resolve("epoch-" + appends), disk),
                LogRegister.open(logs, disk, (nanos, work) -> {})),
            2,
            new StorageThreads(Runnable::run, fillings::add));
    try (PartitionLog filled =
        opener.open(ID, SETTINGS.maxSegmentBytes(), new Replayed(), () -> {})) {
      for (int i = 0; i < appends; i++) {
        append(filled, 10_000);
      }
      disk.fsynced.clear();
      fillings.forEach(Runnable::run);
      return List.copyOf(disk.fsyncedBesidesRegister());
    }
  }

  @Test
  void aFileWhoseZerosCannotBeFsyncedIsNotUsed() {
    PreparedSegment prepared = new PreparedSegment(segmentFiles(), 8192);
    prepared.allocate();
    disk.fsyncFails = true;
    prepared.fill();
    assertThat(prepared.takeIfReady()).isNull();
    assertThat(prepared.isGone()).isTrue();
    assertThat(temporaryFile()).doesNotExist();
  }

  @Test
  void aFileWhoseFillingEndsWithAnErrorIsDeleted() {
    PreparedSegment prepared = new PreparedSegment(segmentFiles(), 8192);
    prepared.allocate();
    Error error = new OutOfMemoryError("no memory for an fsync");
    disk.onFsync =
        file -> {
          throw error;
        };
    assertThatThrownBy(prepared::fill).isSameAs(error);
    assertThat(prepared.takeIfReady()).isNull();
    assertThat(prepared.isGone()).isTrue();
    assertThat(temporaryFile()).doesNotExist();
  }

  @Test
  void anEnlargedSegmentIsAllocatedAgain() throws IOException {
    disk.fsynced.clear();
    PreparedSegment prepared = new PreparedSegment(segmentFiles(), 8192);
    prepared.allocate();
    prepared.fill();
    assertThat(prepared.fits(10_000)).isFalse();
    assertThat(prepared.enlarge(16_384)).isTrue();
    assertThat(prepared.fits(10_000)).isTrue();
    assertThat(prepared.takeIfReady()).as("its file is too small").isNull();
    assertThat(prepared.isGone()).as("it is prepared again").isFalse();
    assertThat(temporaryFile()).as("the owner deletes no file").hasSize(8192);

    prepared.allocate();
    assertThat(temporaryFile()).hasSize(16_384);
    prepared.fill();
    assertThat(disk.fsyncedBesidesRegister()).containsExactly(temporaryFile(), temporaryFile());
    prepared.fill();
    assertThat(disk.fsyncedBesidesRegister()).as("a file is filled once").hasSize(2);
    prepared.takeIfReady().delete();
    assertThat(temporaryFile()).doesNotExist();
  }

  @Test
  void aSegmentEnlargedDuringItsAllocationIsAllocatedAgain() throws IOException {
    PreparedSegment prepared = new PreparedSegment(segmentFiles(), 8192);
    disk.onAllocate = () -> prepared.enlarge(16_384);
    prepared.allocate();
    disk.onAllocate = () -> {};
    assertThat(prepared.isWaiting()).isTrue();
    prepared.allocate();
    SegmentFile file = prepared.takeIfReady();
    assertThat(file.mappedBytes()).isEqualTo(16_384);
    file.delete();
  }

  @Test
  void theFillingOfASegmentEndsWhenItIsEnlarged() throws IOException {
    disk.fsynced.clear();
    PreparedSegment prepared = new PreparedSegment(segmentFiles(), 4 << 20);
    prepared.allocate();
    disk.onFsync = file -> prepared.enlarge(5 << 20);
    prepared.fill();
    assertThat(disk.fsyncedBesidesRegister()).as("one step of four").hasSize(1);
    disk.onFsync = file -> {};
    assertThat(prepared.isWaiting()).isTrue();
    prepared.allocate();
    prepared.fill();
    assertThat(disk.fsyncedBesidesRegister()).as("then five steps").hasSize(6);
    SegmentFile file = prepared.takeIfReady();
    assertThat(file.mappedBytes()).isEqualTo(5 << 20);
    file.delete();
  }

  @Test
  void anEnlargedSegmentThatIsDiscardedLeavesNoFile() {
    PreparedSegment prepared = new PreparedSegment(segmentFiles(), 8192);
    prepared.allocate();
    prepared.enlarge(16_384);
    prepared.discard();
    assertThat(temporaryFile()).doesNotExist();
    prepared.allocate();
    assertThat(temporaryFile()).doesNotExist();
    assertThat(prepared.isGone()).isTrue();
  }

  @Test
  void aSegmentThatIsGoneIsNotEnlarged() throws IOException {
    PreparedSegment prepared = new PreparedSegment(segmentFiles(), 8192);
    prepared.allocate();
    SegmentFile taken = prepared.takeIfReady();
    assertThat(prepared.enlarge(16_384)).isFalse();
    prepared.discard();
    assertThat(temporaryFile()).as("a taken file belongs to its taker").exists();
    taken.delete();
  }
}
