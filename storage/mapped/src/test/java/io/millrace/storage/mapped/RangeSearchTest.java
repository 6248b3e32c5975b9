package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.OffsetRange;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Replayed;
import io.millrace.storage.SegmentSizes;
import io.millrace.storage.TestRanges;
import io.millrace.storage.TestRanges.Wanted;
import io.millrace.storage.mapped.file.LogDirectory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The search for ranges with damaged, missing and growing segments. Each event has a time. */
class RangeSearchTest extends DamageFixture {

  private static final Wanted NOTHING = Wanted.ofTimes(-9, -8);

  /** Appends a synced batch of one event. */
  private ByteBuffer appendTimed(int bytes, long time) {
    ByteBuffer batch = TestRanges.batch(log, bytes, time, time, 1L << time % 8);
    log.append(batch);
    log.force();
    appended.add(batch);
    return batch;
  }

  /** Whether a search for something that is not in the log finds an offset. */
  private static boolean isFound(PartitionLog log, Wanted wanted, long offset) {
    long end = log.offsets().end();
    for (long at = log.offsets().start(); at < end; ) {
      OffsetRange range = log.nextRange(wanted, at, end);
      if (range.from() <= offset && offset < range.to()) {
        return true;
      }
      at = range.to();
    }
    return false;
  }

  private static void assertDamageIsFound(String what, PartitionLog log) {
    for (DamagedOffsets range : log.damage()) {
      for (long offset = range.firstOffset(); offset < range.endOffset(); offset++) {
        assertThat(isFound(log, NOTHING, offset)).as("%s: offset %d", what, offset).isTrue();
      }
    }
  }

  @Test
  void damageIsNeverPassedOver() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 120; i++) {
      appendTimed(2_000 + random.nextInt(4_000), i);
    }
    log.checkpoint(0, new byte[0]);
    for (int run = 0; run < 10; run++) {
      delete(temporary.resolve("next"));
      kill();
      List<Long> segments = new LogDirectory(found).list().segments();
      for (int i = 0; i < 3; i++) {
        flip(
            foundSegment(segments.get(random.nextInt(segments.size()))),
            HEADER + random.nextInt(2_000));
      }
      deleteIndexes();
      try (PartitionLog recovered = recover()) {
        String what = "seed " + seed + ", run " + run;
        assertDamageIsFound(what, recovered);
        for (long time = 0; time < 120; time += 7) {
          long offset = time;
          assertThat(
                  recovered.damage().stream().anyMatch(range -> range.contains(offset))
                      || isFound(recovered, Wanted.ofTimes(time, time), offset))
              .as("%s: time %d", what, time)
              .isTrue();
        }
      }
    }
  }

  @Test
  void aMissingOldestSegmentIsNotPassedOver() {
    for (int i = 0; i < 40; i++) {
      appendTimed(10_000, i);
    }
    log.checkpoint(40, new byte[0]);
    log.close();
    kill();
    delete(foundSegment(0));
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.damage()).isNotEmpty();
      assertDamageIsFound("the first opening", recovered);
    }
    try (PartitionLog reopened = recover()) {
      assertDamageIsFound("the second opening", reopened);
    }
  }

  @Test
  void aSearchReadsABoundedNumberOfIndexes() {
    int segments = 3 * RangeSearch.MAX_INDEXES;
    for (int i = 0; i < 6 * segments; i++) {
      appendTimed(10_000, i);
    }
    log.close();
    kill();
    try (PartitionLog recovered = recover()) {
      long end = recovered.offsets().end();
      List<Long> turns = new ArrayList<>();
      for (long at = 0; at < end; at = turns.get(turns.size() - 1)) {
        turns.add(recovered.nextRange(NOTHING, at, end).to());
      }
      assertThat(turns).hasSizeBetween(3, 6);
      assertThat(turns.get(0)).isEqualTo(6 * RangeSearch.MAX_INDEXES);
      assertThat(recovered.nextRange(NOTHING, 0, end).to())
          .as("when the segments are known")
          .isGreaterThan(end - 7);
    }
  }

  /** The writer publishes blocks while readers search. */
  @Test
  void aGrowingSegmentIsNeverPassedOver() throws InterruptedException {
    log.close();
    log = storage.open(ID, new SegmentSizes(1 << 20), new Replayed());
    int count = 1_500;
    AtomicReference<String> missed = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                missed.set(firstMissed(count));
              } catch (RuntimeException | Error e) {
                missed.set(e.toString());
              }
            });
    reader.start();
    for (int i = 0; i < count; i++) {
      log.append(TestRanges.batch(log, 5_000, i, i, 1));
    }
    reader.join();
    assertThat(missed).hasValue(null);
  }

  /** Searches until the log has a number of events; null if each search found its event. */
  private String firstMissed(int count) {
    Random random = new Random(7);
    for (long end = 0; end < count; ) {
      end = log.offsets().end();
      if (end > 0) {
        long last = end - 1 - random.nextInt((int) Math.min(end, 30));
        long from = Math.max(0, last - random.nextInt(40));
        if (!isFoundFrom(from, last, end)) {
          return "offset " + last + " from " + from + " up to " + end;
        }
      }
    }
    return null;
  }

  private boolean isFoundFrom(long from, long offset, long end) {
    for (long at = from; at <= offset; ) {
      OffsetRange range = log.nextRange(Wanted.ofTimes(offset, offset), at, end);
      if (range.from() <= offset && offset < range.to()) {
        return true;
      }
      at = range.to();
    }
    return false;
  }
}
