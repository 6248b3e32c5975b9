package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.LogId;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.Replayed;
import io.millrace.storage.SegmentSizes;
import io.millrace.storage.Slices;
import io.millrace.storage.mapped.file.LogDirectory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which slices of a reader of history have to be loaded from the disk. */
class ReadAheadTest extends MappedFixture {

  private static final LogId HISTORY = new LogId(new UUID(7, 12), 0);
  private static final SegmentSizes LARGE = new SegmentSizes(16 << 20);
  private static final int BATCH_BYTES = 64 * 1024;

  /** Batches in the segment that is read; the segments before it are smaller. */
  private static final int BATCHES = 100;

  private final List<ByteBuffer> appended = new ArrayList<>();
  private final AtomicLong now = new AtomicLong();
  private final FsyncActivity fsyncs = new FsyncActivity(now::get);
  private MappedLog history;
  private LogReader reader;
  private long base;

  @BeforeEach
  void appendAndReopen() {
    LogDirectory directory = LogDirectory.of(files.getParent(), HISTORY);
    try (MappedLog first = storage.open(HISTORY, LARGE, new Replayed())) {
      while (appended.size() < BATCHES) {
        long offset = first.offsets().end();
        ByteBuffer batch = append(first, BATCH_BYTES);
        if (Files.exists(directory.segment(offset))) {
          base = offset;
          appended.clear();
        }
        appended.add(batch);
      }
    }
    history = storage.open(HISTORY, LARGE, new Replayed());
    reader = history.reader(base, new ReadAhead(fsyncs, now::get));
  }

  @AfterEach
  void closeHistory() {
    reader.close();
    history.close();
  }

  private int position() {
    return (int) (reader.position() - base);
  }

  /** Reads and compares one batch; true if it had to be loaded. */
  private boolean readCold() {
    int next = position();
    try (LogSlice slice = reader.read(1, Long.MAX_VALUE)) {
      boolean cold = slice.cold();
      if (cold) {
        Slices.load(slice);
      }
      assertThat(slice.buffer().compareTo(appended.get(next))).as("batch %d", next).isZero();
      return cold;
    }
  }

  /** Reads to the end; the batches that had to be loaded. */
  private List<Integer> coldOnes() {
    List<Integer> cold = new ArrayList<>();
    for (int batch = position(); batch < BATCHES; batch++) {
      if (readCold()) {
        cold.add(batch);
      }
    }
    assertThat(reader.read(1, Long.MAX_VALUE)).isNull();
    return cold;
  }

  @Test
  void theBytesAfterASliceAreLoadedTooTwiceAsManyEachTime() {
    assertThat(ReadAhead.LEAST_BYTES).isEqualTo(4 * BATCH_BYTES);
    assertThat(ReadAhead.MOST_BYTES).isEqualTo(32 * BATCH_BYTES);
    // The index has no entry after the last batch.
    assertThat(coldOnes()).containsExactly(0, 4, 12, 28, 60, 92, 99);
  }

  @Test
  void whileEventsAreFsyncedItIsTheSmallestAmount() {
    fsyncs.begin();
    assertThat(coldOnes()).hasSize(26).startsWith(0, 4, 8, 12).endsWith(92, 96, 99);
  }

  @Test
  void aRecentFsyncCountsAndAnOldOneDoesNot() {
    fsyncs.begin();
    fsyncs.begin();
    fsyncs.end();
    assertThat(fsyncs.isRecent()).isTrue();
    fsyncs.end();
    now.addAndGet(FsyncActivity.RECENT_NANOS - 1);
    assertThat(fsyncs.isRecent()).isTrue();
    now.incrementAndGet();
    assertThat(fsyncs.isRecent()).isFalse();
  }

  @Test
  void bytesLoadedLongAgoMayBeEvicted() {
    assertThat(readCold()).isTrue();
    now.addAndGet(ReadAhead.FRESH_NANOS - 1);
    assertThat(readCold()).isFalse();
    now.incrementAndGet();
    assertThat(readCold()).isTrue();
  }

  @Test
  void aSliceEndsWhereTheLoadedBytesEnd() {
    assertThat(readCold()).isTrue();
    try (LogSlice slice = reader.read(Integer.MAX_VALUE, Long.MAX_VALUE)) {
      assertThat(slice.cold()).isFalse();
      assertThat(slice.nextOffset()).isEqualTo(base + 4);
    }
    assertThat(readCold()).isTrue();
  }

  @Test
  void nothingIsReadBeyondTheLimit() {
    try (LogSlice slice = reader.read(Integer.MAX_VALUE, base + 3)) {
      Slices.load(slice);
      assertThat(slice.nextOffset()).isEqualTo(base + 3);
    }
    assertThat(reader.read(1, base + 3)).isNull();
    assertThat(readCold()).isTrue();
  }
}
