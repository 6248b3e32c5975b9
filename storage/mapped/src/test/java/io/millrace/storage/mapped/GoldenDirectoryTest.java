package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.ForcedLog;
import io.millrace.storage.LogId;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Replayed;
import io.millrace.storage.SegmentSizes;
import io.millrace.storage.Slices;
import io.millrace.storage.StorageException;
import io.millrace.storage.TestBatches;
import io.millrace.storage.TestStates;
import io.millrace.storage.mapped.file.BatchProof;
import io.millrace.storage.mapped.file.Disk;
import io.millrace.storage.mapped.file.FaultyDisk;
import io.millrace.storage.mapped.file.KeySearch;
import io.millrace.storage.mapped.file.LinuxDisk;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogKey;
import io.millrace.storage.mapped.file.PositionalRead;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.tool.LogVerification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * This build opens a data directory of format version 2 that an earlier build wrote: undamaged, and
 * with each region of each file flipped or cut off. Format 2 is final with release 0.1.0: until
 * then, a change of the format writes the directory again; afterwards it needs a new version. It
 * has two segments, 8 batches of two events, a checkpoint after the second batch, and was closed
 * cleanly. The events of the fourth batch contain a copy of the first one and a forged batch of a
 * much greater offset.
 */
class GoldenDirectoryTest {

  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "data-v2");
  private static final LogId ID = new LogId(new UUID(0x4d696c6c72616365L, 1), 0);
  private static final SegmentSizes SETTINGS = new SegmentSizes(64 * 1024);
  private static final int[] SIZES = {200, 300, 140, 40_000, 30_000, 150, 200, 120};
  private static final int EMBEDDING = 4;
  private static final int PAGE = 4096;

  @TempDir(factory = InMemory.class)
  Path temporary;

  private Disk disk;
  private MappedStorage storage;
  private Path log;

  /**
   * Writes the directory. Run once for each version of the format, and never after its release to
   * make a test pass.
   */
  public static void main(String[] args) {
    try (MappedStorage storage = MappedStorage.open(GOLDEN, new MappedSettings(1, 10))) {
      TestStates.save(storage.states(), "golden", new byte[] {1, 2, 3});
      try (ForcedLog log = storage.open(ID, SETTINGS, new Replayed())) {
        for (int i = 0; i < SIZES.length; i++) {
          log.append(batch(i, key()));
          log.force();
          if (i == 1) {
            log.checkpoint(4, new byte[] {4, 5, 6});
          }
        }
      }
    }
  }

  private static LogKey key() {
    LogDirectory golden = new LogDirectory(GOLDEN.resolve("logs").resolve(ID.toString()));
    return new KeySearch(golden, Optional.of(ID), PositionalRead.PLAIN).find().orElseThrow();
  }

  /** The batch with a number. Each batch was durable before the next was appended. */
  private static ByteBuffer batch(int number, LogKey key) {
    long offset = 2L * number;
    ByteBuffer batch = batch(offset, SIZES[number], offset);
    if (number == EMBEDDING) {
      ByteBuffer copied = batch(0, SIZES[0], 0);
      new BatchProof(key, 0).write(copied, 0, SegmentHeader.BYTES);
      batch.put(5000, copied.array());
      batch.put(21_000, batch(1L << 61, 250, 1L << 61).array());
      batch.putInt(12, BatchHeader.computePayloadCrc(batch, 0, SIZES[number]));
      BatchHeader.stamp(batch, 0, offset, 1000 + offset, offset, 1);
    }
    return batch;
  }

  private static ByteBuffer batch(long offset, int bytes, long durable) {
    return TestBatches.batch(offset, 2, bytes, 100 + offset, 1000 + offset, durable, 1);
  }

  @BeforeEach
  void copy() {
    Directories.copy(GOLDEN, temporary.resolve("data"));
    disk = LinuxDisk.probed(temporary);
    storage = open(temporary.resolve("data"));
    log = temporary.resolve("data/logs").resolve(ID.toString());
  }

  private static MappedStorage open(Path data) {
    return MappedStorage.open(
        data, new MappedSettings(1, 10), directory -> new FaultyDisk(LinuxDisk.probed(directory)));
  }

  @AfterEach
  void close() {
    storage.close();
  }

  @Test
  void itIsReadAsItWasWritten() {
    assertThat(TestStates.load(storage.states(), "golden")).hasValue(new byte[] {1, 2, 3});
    assertThat(storage.list()).containsExactly(ID);
    Replayed replayed = new Replayed();
    try (PartitionLog opened = storage.open(ID, SETTINGS, replayed)) {
      assertThat(opened.recovery().clean()).isTrue();
      assertThat(opened.recovery().findings()).isEmpty();
      assertThat(replayed.state).containsExactly(4, 5, 6);
      assertThat(replayed.baseOffsets).startsWith(4L).endsWith(14L).hasSize(6);
      assertThat(served(opened)).isEqualTo(expectedFrom(0));
      assertThat(opened.firstBatchAtOrAfter(107, 0, 16)).isEqualTo(8);
      assertThat(opened.epoch()).isGreaterThan(1);
    }
    assertThat(LogVerification.of(temporary.resolve("data")).problems()).isEmpty();
  }

  @Test
  void aFlippedByteAfterACleanCloseLosesAtMostItsBatch() {
    flipEverywhere(true, 3);
  }

  @Test
  void aFlippedByteAfterACrashLosesAtMostItsBatch() {
    flipEverywhere(false, 1);
  }

  @Test
  void aPageOfZerosLosesAtMostItsBatches() throws IOException {
    for (long segment : new long[] {0, 8}) {
      Path file = Path.of("%020d.log".formatted(segment));
      int length = bytes(GOLDEN.resolve("logs").resolve(ID.toString()).resolve(file)).length;
      for (int at = 0; at < length; at += PAGE) {
        for (boolean closed : new boolean[] {true, false}) {
          renew(closed);
          MappedFixture.overwrite(log.resolve(file), at, new byte[Math.min(PAGE, length - at)]);
          // Only the first and the last page of a segment have more than one batch.
          assertServed(file + " page at " + at, at == 0 || at > 28_000 ? 4 : 1);
        }
      }
    }
  }

  @Test
  void aFileCutAtAnyPositionLosesAtMostTheBytesAfterIt() throws IOException {
    for (Path file : files()) {
      long length = Files.size(GOLDEN.resolve("logs").resolve(ID.toString()).resolve(file));
      for (long kept : new long[] {0, 1, 15, 63, 64, 70, 200, length / 2, length - 1}) {
        renew(kept % 2 == 0);
        if (kept < length && Files.exists(log.resolve(file))) {
          cut(log.resolve(file), kept);
          assertServed(file + " cut to " + kept, SIZES.length);
        }
      }
    }
  }

  @Test
  void aFlippedByteInAFileBesideTheLogsLosesNothing() throws IOException {
    for (Path file : filesBesideLogs()) {
      int length = bytes(temporary.resolve("data").resolve(file)).length;
      // Most of the register is zeros: its pages begin at multiples of 4096.
      for (int at = 0; at < length; at += at % PAGE < 128 ? 1 : PAGE - at % PAGE) {
        int position = at;
        assertAllIsThereAfter(
            file + " byte " + at, data -> MappedFixture.flip(data.resolve(file), position));
      }
    }
  }

  @Test
  void aFileBesideTheLogsThatIsTruncatedOrMissingLosesNothing() throws IOException {
    for (Path file : filesBesideLogs()) {
      assertAllIsThereAfter(file + " deleted", data -> MappedFixture.delete(data.resolve(file)));
      int length = bytes(temporary.resolve("data").resolve(file)).length;
      for (int at = 0; at < length; at += length < 1000 ? 3 : 997) {
        int kept = at;
        assertAllIsThereAfter(file + " cut to " + at, data -> cut(data.resolve(file), kept));
      }
    }
  }

  /**
   * The files after this build has opened them: it adds the copies that the golden directory lacks.
   */
  private List<Path> filesBesideLogs() throws IOException {
    TestStates.load(storage.states(), "golden");
    Path data = temporary.resolve("data");
    try (var files = Files.walk(data)) {
      List<Path> beside =
          files
              .filter(file -> Files.isRegularFile(file) && !file.startsWith(data.resolve("logs")))
              .map(data::relativize)
              .sorted()
              .toList();
      assertThat(beside)
          .extracting(Path::toString)
          .containsExactly(
              "epoch", "lock", "register", "states/golden.copy", "states/golden.state");
      return beside;
    }
  }

  private void assertAllIsThereAfter(String what, Consumer<Path> damage) {
    storage.close();
    Path data = temporary.resolve("data");
    damage.accept(data);
    storage = open(data);
    assertThat(TestStates.load(storage.states(), "golden")).as(what).hasValue(new byte[] {1, 2, 3});
    assertServed(what, 0);
    assertThat(LogVerification.of(data).problems()).as(what + ": repaired").isEmpty();
    MappedFixture.delete(data.resolve("quarantine"));
  }

  /** The golden log has no damage, and no copy of its checkpoint; one that was damaged has both. */
  @Test
  void aFlippedOrMissingByteInTheDamageRecordOrTheCheckpointCopyLosesNothingMore()
      throws IOException {
    renew(false);
    MappedFixture.flip(log.resolve("%020d.log".formatted(0)), 64 + 150);
    MappedFixture.delete(log.resolve("checkpoint"));
    assertServed("the damage", 1);
    Files.copy(
        GOLDEN.resolve("logs").resolve(ID.toString()).resolve("checkpoint"),
        log.resolve("checkpoint"));
    assertServed("the checkpoint", 1);
    Path damaged = temporary.resolve("damaged");
    Directories.copy(log, damaged);
    MappedFixture.delete(damaged.resolve("closed"));
    for (String name : new String[] {"damage", "checkpoint.copy"}) {
      int length = bytes(damaged.resolve(name)).length;
      for (int at = 0; at < length; at++) {
        MappedFixture.delete(log);
        Directories.copy(damaged, log);
        if (at % 2 == 0) {
          MappedFixture.flip(log.resolve(name), at);
        } else {
          cut(log.resolve(name), at);
        }
        assertServed(name + " byte " + at, 1);
      }
    }
  }

  private void flipEverywhere(boolean closed, int step) {
    for (Path file : files()) {
      int length = bytes(GOLDEN.resolve("logs").resolve(ID.toString()).resolve(file)).length;
      for (int at = 0; at < length; at += at < 500 || length < 1000 ? step : 3001) {
        renew(closed);
        if (Files.exists(log.resolve(file))) {
          MappedFixture.flip(log.resolve(file), at);
          assertServed(file + " byte " + at + (closed ? ", closed" : ""), 1);
        }
      }
    }
  }

  private static List<Path> files() {
    Path golden = GOLDEN.resolve("logs").resolve(ID.toString());
    try (var files = Files.list(golden)) {
      return files.map(Path::getFileName).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void renew(boolean closed) {
    MappedFixture.delete(log);
    Directories.copy(GOLDEN.resolve("logs").resolve(ID.toString()), log);
    if (!closed) {
      MappedFixture.delete(log.resolve("closed"));
    }
  }

  private static void cut(Path file, long kept) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(kept);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The log opens, and each batch is served unchanged or refused as damaged; few are missing. */
  private void assertServed(String what, int maxLost) {
    try (PartitionLog opened = storage.open(ID, SETTINGS, new Replayed())) {
      assertThat(opened.offsets().end()).as(what).isLessThanOrEqualTo(2L * SIZES.length);
      Map<Long, ByteBuffer> served = served(opened);
      Map<Long, ByteBuffer> missing = expectedFrom(opened.offsets().start());
      served.forEach(
          (offset, batch) -> assertThat(batch).as(what).isEqualTo(missing.remove(offset)));
      assertThat(missing.keySet()).as(what).hasSizeLessThanOrEqualTo(maxLost);
    } catch (StorageException e) {
      throw new AssertionError(what + ": " + e.getMessage(), e);
    }
  }

  private static Map<Long, ByteBuffer> expectedFrom(long start) {
    Map<Long, ByteBuffer> expected = new TreeMap<>();
    for (int i = 0; i < SIZES.length; i++) {
      if (2L * i >= start) {
        expected.put(2L * i, batch(i, key()).order(ByteOrder.BIG_ENDIAN));
      }
    }
    return expected;
  }

  /** The batches that a client keeps: it verifies each payload and continues after damage. */
  private static Map<Long, ByteBuffer> served(PartitionLog log) {
    Map<Long, ByteBuffer> served = new TreeMap<>();
    long deadline = System.nanoTime() + 120_000_000_000L;
    long next = log.offsets().start();
    while (next < log.offsets().end()) {
      try (LogReader reader = log.reader(next)) {
        next = add(reader, next, served);
      } catch (StorageException e) {
        assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.CORRUPT_LOG);
        assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(deadline);
        long at = next;
        next =
            log.damage().stream()
                .filter(range -> range.contains(at))
                .mapToLong(DamagedOffsets::endOffset)
                .findAny()
                .orElse(next);
      }
    }
    return served;
  }

  private static long add(LogReader reader, long from, Map<Long, ByteBuffer> served) {
    try (LogSlice slice = Slices.read(reader, 1, Long.MAX_VALUE)) {
      ByteBuffer bytes = slice.buffer();
      List<ByteBuffer> batches = new ArrayList<>();
      for (int at = 0; at < bytes.limit(); at += BatchHeader.length(bytes, at)) {
        byte[] batch = new byte[BatchHeader.length(bytes, at)];
        bytes.get(at, batch);
        batches.add(ByteBuffer.wrap(batch));
      }
      for (ByteBuffer batch : batches) {
        ByteBuffer header = batch.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        boolean whole =
            BatchHeader.headerCrc(header, 0) == BatchHeader.computeHeaderCrc(header, 0)
                && BatchHeader.payloadCrc(header, 0)
                    == BatchHeader.computePayloadCrc(header, 0, header.limit());
        if (!whole) {
          return from + 2;
        }
        // A client does not use the proof.
        BatchHeader.putProof(header, 0, 0);
        served.put(BatchHeader.baseOffset(header, 0), batch);
      }
      return slice.nextOffset();
    }
  }

  private static byte[] bytes(Path file) {
    return MappedFixture.bytes(file);
  }
}
