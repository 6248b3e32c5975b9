package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.Slices;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.RecoveryCase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A log with damage below its synced offset: what is appended to it, lost, and still served. */
abstract class DamageFixture extends MappedFixture {

  protected final List<ByteBuffer> appended = new ArrayList<>();

  protected static void awaitDamage(PartitionLog log, int ranges) {
    long deadline = System.nanoTime() + 120_000_000_000L;
    while (log.damage().size() < ranges) {
      assertThat(System.nanoTime()).as("found in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  protected void appendMany(int count) {
    for (int i = 0; i < count; i++) {
      appended.add(append(10_000));
    }
    log.force();
  }

  /** Appends and fsyncs, then appends a batch whose header states that. */
  protected void appendSynced(int... sizes) {
    for (int bytes : sizes) {
      log.force();
      appended.add(append(bytes));
    }
    log.force();
  }

  protected void deleteIndexes() {
    LogDirectory directory = new LogDirectory(found);
    directory.list().segments().forEach(base -> delete(directory.index(base)));
  }

  protected static List<RecoveryCase> kinds(PartitionLog log) {
    return log.recovery().findings().stream()
        .map(RecoveryFinding::name)
        .map(RecoveryCase::valueOf)
        .toList();
  }

  protected Path onlyFileInQuarantine() {
    try (Stream<Path> kept = Files.list(temporary.resolve("next/quarantine"))) {
      return kept.reduce(
              (a, b) -> {
                throw new AssertionError("both " + a + " and " + b);
              })
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  protected static int[] offsets(long from, long to) {
    int[] offsets = new int[(int) (to - from)];
    Arrays.setAll(offsets, i -> (int) from + i);
    return offsets;
  }

  /** Each batch, of one event, is served as it was appended, except for the damaged ones. */
  protected void assertServedExcept(PartitionLog log, int... lost) {
    assertThat(log.offsets().end()).isEqualTo(appended.size());
    for (int maxBytes : new int[] {1, 1 << 20}) {
      List<ByteBuffer> expected = new ArrayList<>(appended);
      for (int offset : lost) {
        expected.set(offset, null);
      }
      assertThat(readOver(log, maxBytes)).isEqualTo(expected);
    }
    assertThat(
            log.damage().stream().mapToLong(range -> range.endOffset() - range.firstOffset()).sum())
        .isEqualTo(lost.length);
  }

  /** By offset; null where a range is damaged. */
  private static List<ByteBuffer> readOver(PartitionLog log, int maxBytes) {
    List<ByteBuffer> served = new ArrayList<>();
    LogReader reader = log.reader(0);
    while (served.size() < log.offsets().end()) {
      LogReader current = reader;
      LogSlice[] slice = new LogSlice[1];
      StorageException refusal =
          catchThrowableOfType(
              StorageException.class, () -> slice[0] = current.read(maxBytes, Long.MAX_VALUE));
      if (refusal != null) {
        assertThat(refusal.code()).isEqualTo(ErrorCode.CORRUPT_LOG);
        long end =
            log.damage().stream()
                .filter(range -> range.contains(served.size()))
                .findAny()
                .orElseThrow(() -> refusal)
                .endOffset();
        while (served.size() < end) {
          served.add(null);
        }
        reader = log.reader(end);
      } else {
        addBatches(slice[0], served);
      }
    }
    return served;
  }

  private static void addBatches(LogSlice slice, List<ByteBuffer> served) {
    try (slice) {
      if (slice.cold()) {
        Slices.load(slice);
      }
      ByteBuffer bytes = slice.buffer();
      for (int at = 0; at < bytes.limit(); at += BatchHeader.length(bytes, at)) {
        byte[] batch = new byte[BatchHeader.length(bytes, at)];
        bytes.get(at, batch);
        served.add(ByteBuffer.wrap(batch));
      }
    }
  }
}
