package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Slices;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The first read of a reader does not block on the disk: the load of its slice does. */
class FirstReadTest extends MappedFixture {

  private PartitionLog reopenedWith(int batches, int batchBytes) {
    for (int i = 0; i < batches; i++) {
      append(batchBytes);
    }
    log.close();
    kill();
    return recover();
  }

  /** The first slice of a new reader, which is not used afterwards. */
  private static LogSlice firstSlice(PartitionLog opened, long offset) {
    LogReader reader = opened.reader(offset);
    return reader.read(1, Long.MAX_VALUE);
  }

  /** A page beyond the end of a file raises SIGBUS when it is touched. */
  @Test
  void noPageIsTouchedBeforeTheLoad() throws IOException {
    try (PartitionLog opened = reopenedWith(40, 3_000)) {
      try (FileChannel channel = FileChannel.open(foundSegment(0), StandardOpenOption.WRITE)) {
        channel.truncate(0);
      }
      List<LogSlice> slices =
          LongStream.range(0, 20).mapToObj(offset -> firstSlice(opened, offset)).toList();
      assertThat(slices).allMatch(LogSlice::cold);
      slices.forEach(slice -> assertCode(ErrorCode.CORRUPT_LOG, () -> Slices.load(slice)));
    }
  }

  @Test
  void noIndexIsLoadedBeforeTheLoad() throws IOException {
    try (PartitionLog opened = reopenedWith(200, 10_000)) {
      indexes().forEach(MappedFixture::delete);
      LogSlice slice = firstSlice(opened, 17);
      assertThat(slice.cold()).isTrue();
      assertThat(indexes()).isEmpty();
      Slices.load(slice);
      assertThat(BatchHeader.baseOffset(slice.buffer(), 0)).isEqualTo(17);
      assertThat(slice.nextOffset()).isEqualTo(18);
      slice.close();
    }
  }

  @Test
  void aReaderThatComesToAnOlderSegmentLoadsItsIndexWithASlice() throws IOException {
    try (PartitionLog opened = reopenedWith(200, 10_000);
        LogReader reader = opened.reader(0)) {
      indexes().forEach(MappedFixture::delete);
      for (long offset = 0; offset < 200; offset++) {
        try (LogSlice slice = Slices.read(reader, 1, Long.MAX_VALUE)) {
          assertThat(BatchHeader.baseOffset(slice.buffer(), 0)).isEqualTo(offset);
        }
      }
      assertThat(reader.read(1, Long.MAX_VALUE)).isNull();
    }
  }

  @Test
  void batchesAppendedSinceTheOpeningAreReadAtOnce() {
    for (int i = 0; i < 10; i++) {
      append(3_000);
    }
    for (long offset = 0; offset < 10; offset++) {
      try (LogSlice slice = firstSlice(log, offset)) {
        assertThat(slice.cold()).isFalse();
        assertThat(BatchHeader.baseOffset(slice.buffer(), 0)).isEqualTo(offset);
      }
    }
  }

  @Test
  void aFirstReadThatRetentionOvertakesIsRefused() {
    try (PartitionLog opened = reopenedWith(200, 10_000)) {
      LogSlice slice = firstSlice(opened, 17);
      opened.checkpoint(200, new byte[0]);
      opened.retain(Long.MAX_VALUE, 0);
      assertCode(ErrorCode.OFFSET_OUT_OF_RANGE, () -> Slices.load(slice));
    }
  }

  private List<Path> indexes() throws IOException {
    try (Stream<Path> files = Files.list(found)) {
      return files.filter(file -> file.toString().endsWith(".index")).toList();
    }
  }
}
