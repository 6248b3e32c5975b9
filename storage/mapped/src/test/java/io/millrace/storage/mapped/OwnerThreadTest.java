package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogId;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.Replayed;
import io.millrace.storage.TestBatches;
import io.millrace.storage.TestSettings;
import io.millrace.storage.mapped.file.EpochCounter;
import io.millrace.storage.mapped.file.LinuxDisk;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogRegister;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The owner's calls into a log do not wait for a device. The test's thread is the owner; each call
 * that it makes to the file system is recorded, except for writes of batches into the page cache.
 */
class OwnerThreadTest {

  private static final LogId ID = new LogId(new UUID(7, 11), 3);
  private static final int SEGMENT_BYTES = TestSettings.SMALLEST_SEGMENT_BYTES;
  private static final int BATCH_BYTES = 10_000;
  private static final int BATCHES = 59;

  /** The one call that a roll needs: its directory and its file are in memory. */
  private static final String ROLL = "rename next.log.tmp";

  @TempDir Path temporary;

  private final ExecutorService storageThread = Executors.newSingleThreadExecutor();
  private final WatchedFileSystem files = new WatchedFileSystem();
  private LogRegister register;
  private LogOpener opener;
  private MappedLog log;

  @BeforeEach
  void open() throws IOException {
    Path logs = files.path(Files.createDirectories(temporary.resolve("logs")));
    WatchedDisk disk = new WatchedDisk(LinuxDisk.probed(temporary), files);
    EpochCounter epochs = EpochCounter.open(files.path(temporary.resolve("epoch")), disk);
    StorageThreads threads = new StorageThreads(storageThread, storageThread);
    register =
        LogRegister.open(files.path(temporary), disk, (nanos, work) -> storageThread.execute(work));
    opener = new LogOpener(new StorageFiles(logs, disk, epochs, register), 2, threads);
    log = openLog();
  }

  private MappedLog openLog() {
    return opener.open(ID, SEGMENT_BYTES, new Replayed(), () -> {});
  }

  @AfterEach
  void close() throws Exception {
    files.watch(null);
    log.close();
    register.close();
    storageThread.shutdown();
    assertThat(storageThread.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
  }

  private LogDirectory directory() {
    return LogDirectory.of(temporary.resolve("logs"), ID);
  }

  private void reopen() throws Exception {
    log.close();
    log = openLog();
    awaitStorageThread();
  }

  /** The storage's thread has done everything that it was given, and what that gave to it. */
  private void awaitStorageThread() throws Exception {
    for (int i = 0; i < 3; i++) {
      storageThread.submit(() -> {}).get();
    }
  }

  private void asOwner(Runnable call) {
    files.watch(Thread.currentThread());
    try {
      call.run();
    } finally {
      files.watch(null);
    }
  }

  private void append() {
    ByteBuffer batch = TestBatches.next(log, 1, BATCH_BYTES, 0, log.offsets().end());
    asOwner(() -> log.append(batch));
  }

  private void appendAll() throws Exception {
    for (int i = 0; i < BATCHES; i++) {
      append();
      awaitStorageThread();
    }
  }

  @Test
  void anAppendIsAWriteAndARollARename() throws Exception {
    appendAll();
    assertThat(log.offsets().end()).isEqualTo(BATCHES);
    assertThat(files.calls()).containsExactly(ROLL);
  }

  @Test
  void theFirstAppendAfterAnOpeningIsAWrite() throws Exception {
    append();
    reopen();
    append();
    assertThat(files.calls()).isEmpty();
  }

  @Test
  void theSegmentAfterAFullOneIsPreparedAtTheFirstAppendNotAtTheOpening() throws Exception {
    for (int i = 0; i < 5; i++) {
      append();
    }
    reopen();
    Path prepared = directory().preparedSegment();
    assertThat(prepared).doesNotExist();
    append();
    awaitStorageThread();
    assertThat(prepared).exists();
    append();
    assertThat(files.calls()).containsExactly(ROLL);
  }

  /** An exception that {@link SegmentSupply} names. */
  @Test
  void theOwnerAllocatesASegmentIfTheFirstAppendAfterAnOpeningNeedsIt() throws Exception {
    for (int i = 0; i < 6; i++) {
      append();
    }
    reopen();
    append();
    assertThat(files.calls()).contains("allocate 00000000000000000006.log.tmp");
  }

  /** An exception that {@link SegmentSupply} names. */
  @Test
  void theOwnerAllocatesASegmentThatIsNotPreparedInTime() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    storageThread.execute(
        () -> {
          MappedFixture.await(busy);
        });
    for (int i = 0; i < 7; i++) {
      append();
    }
    busy.countDown();
    awaitStorageThread();
    assertThat(files.calls()).contains("allocate 00000000000000000006.log.tmp");
  }

  @Test
  void aBatchThatDoesNotFitIntoASegmentIsAllocatedForOnce() throws Exception {
    for (int i = 0; i < 4; i++) {
      ByteBuffer large = TestBatches.next(log, 1, 2 * SEGMENT_BYTES, 0, log.offsets().end());
      asOwner(() -> log.append(large));
      awaitStorageThread();
    }
    assertThat(files.calls())
        .filteredOn(call -> call.startsWith("allocate"))
        .containsExactly("allocate 00000000000000000000.log.tmp");
  }

  @Test
  void aPreparedSegmentThatIsTooSmallIsReplacedOnce() throws Exception {
    for (int i = 0; i < 4; i++) {
      append();
      awaitStorageThread();
    }
    assertThat(directory().preparedSegment()).hasSize(SEGMENT_BYTES);
    int largeBytes = 5 * SEGMENT_BYTES;
    for (int i = 0; i < 8; i++) {
      ByteBuffer large = TestBatches.next(log, 1, largeBytes, 0, log.offsets().end());
      asOwner(() -> log.append(large));
      awaitStorageThread();
    }
    String allocated = "00000000000000000004.log.tmp";
    assertThat(files.calls()).contains("allocate " + allocated);
    assertThat(files.calls())
        .as("the owner allocates for the first large batch; all others find a prepared segment")
        .filteredOn(call -> !call.endsWith(allocated))
        .containsExactly(ROLL);
    assertThat(Files.size(directory().preparedSegment())).isGreaterThan(largeBytes);
    log.close();
    assertThat(directory().preparedSegment()).doesNotExist();
  }

  @Test
  void segmentsHaveTheirUsualSizeAgainAfterALargeBatch() throws Exception {
    ByteBuffer large = TestBatches.next(log, 1, 2 * SEGMENT_BYTES, 0, log.offsets().end());
    log.append(large);
    awaitStorageThread();
    appendAll();
    assertThat(directory().list().segments())
        .as("13 batches fit into a segment that holds the large one, 6 into a usual one")
        .containsExactly(0L, 1L, 14L, 27L, 33L, 39L, 45L, 51L, 57L);
  }

  @Test
  void newReadersOfAnyOffsetReadNoFile() throws Exception {
    appendAll();
    reopen();
    for (long offset = 0; offset < BATCHES; offset++) {
      for (int maxBytes : List.of(1, BATCH_BYTES, 3 * BATCH_BYTES, 1 << 20)) {
        long from = offset;
        asOwner(
            () -> {
              try (LogReader reader = log.reader(from);
                  LogSlice slice = reader.read(maxBytes, Long.MAX_VALUE)) {
                assertThat(slice.cold()).as("offset %d", from).isTrue();
              }
            });
      }
    }
    assertThat(files.calls()).containsExactly(ROLL);
  }

  /** Two segments stay mapped, so that each read of an older one finds it unmapped. */
  @Test
  void readersThatReadOnReadNoFile() throws Exception {
    appendAll();
    readToTheEnd(BATCHES);
    reopen();
    readToTheEnd(BATCHES);
    append();
    awaitStorageThread();
    append();
    readToTheEnd(BATCHES + 2);
    assertThat(files.calls()).containsExactly(ROLL);
  }

  private void readToTheEnd(long end) throws Exception {
    LogReader[] readers = {log.reader(0), log.reader(0), log.reader(0)};
    for (long offset = 0; offset < end; offset++) {
      for (LogReader reader : readers) {
        readOne(reader, offset);
      }
    }
    asOwner(
        () -> {
          for (LogReader reader : readers) {
            assertThat(reader.read(1, Long.MAX_VALUE)).isNull();
            reader.close();
          }
        });
  }

  private void readOne(LogReader reader, long offset) throws Exception {
    LogSlice[] slice = new LogSlice[1];
    asOwner(() -> slice[0] = reader.read(1, Long.MAX_VALUE));
    if (slice[0].cold()) {
      slice[0].load(storageThread).toCompletableFuture().get();
    }
    asOwner(
        () -> {
          assertThat(BatchHeader.baseOffset(slice[0].buffer(), 0)).isEqualTo(offset);
          slice[0].close();
        });
  }

  @Test
  void batchesAppendedByThisProcessAreReadAtOnce() throws Exception {
    for (int i = 0; i < 14; i++) {
      append();
      awaitStorageThread();
      long offset = i;
      asOwner(
          () -> {
            try (LogReader reader = log.reader(offset);
                LogSlice slice = reader.read(1, Long.MAX_VALUE)) {
              assertThat(slice.cold()).as("offset %d", offset).isFalse();
            }
          });
    }
    assertThat(log.offsets().start()).isZero();
    assertThat(files.calls()).containsExactly(ROLL);
  }

  @Test
  void whatTheOwnerAsksTheLogIsInMemory() throws Exception {
    appendAll();
    reopen();
    asOwner(
        () -> {
          log.offsets();
          log.sizeBytes();
          log.damage();
          log.recovery();
          log.epoch();
          log.alter(TestSettings.segmentBytes(2 * SEGMENT_BYTES));
        });
    assertThat(files.calls()).containsExactly(ROLL);
  }
}
