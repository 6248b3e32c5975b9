package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.SourceFilter;
import java.nio.ByteBuffer;
import java.util.List;

/** Searches for ranges, compared with the headers of all batches. */
public final class TestRanges {

  /** An engine may not count what it excludes of the batches that it summarizes last. */
  private static final long INEXACT_BYTES = 128 * 1024;

  private TestRanges() {}

  /** Events of some times, offsets, and with the bits of a source. */
  public record Wanted(long minTime, long maxTime, long firstOffset, long sourceBits)
      implements WantedBatches {

    public static Wanted ofTimes(long min, long max) {
      return new Wanted(min, max, 0, 0);
    }

    @Override
    public boolean mayHaveOffsets(long first, long endOffset) {
      assertThat(first).isLessThan(endOffset);
      return endOffset > firstOffset;
    }

    @Override
    public boolean mayHaveEvents(long min, long max, long sourceFilter) {
      return min <= max
          && min <= maxTime
          && max >= minTime
          && SourceFilter.mayContain(sourceFilter, sourceBits);
    }

    boolean mayMatch(ByteBuffer batch) {
      return mayHaveOffsets(BatchHeader.baseOffset(batch, 0), BatchHeader.nextOffset(batch, 0))
          && mayHaveEvents(
              BatchHeader.minEventTime(batch, 0),
              BatchHeader.maxEventTime(batch, 0),
              BatchHeader.sourceFilter(batch, 0));
    }
  }

  /** A batch with bounds of its event times and with a source filter. */
  public static ByteBuffer batch(
      PartitionLog log, int bytes, long minTime, long maxTime, long sources) {
    LogOffsets offsets = log.offsets();
    ByteBuffer batch = TestBatches.next(log, 1, bytes, minTime, 1);
    batch.putLong(80, maxTime).putLong(88, sources);
    batch.putInt(12, BatchHeader.computePayloadCrc(batch, 0, bytes));
    BatchHeader.stamp(batch, 0, offsets.end(), 1, offsets.durable(), log.epoch());
    return batch;
  }

  /**
   * Searches from an offset to a limit, and checks that no wanted batch is left out.
   *
   * @param batches the batches of the log by offset, each with one event
   * @return bytes of the batches in the ranges
   */
  public static long check(
      String what, PartitionLog log, List<ByteBuffer> batches, Wanted wanted, long from) {
    long limit = batches.size();
    long at = from;
    long read = 0;
    long skipped = 0;
    while (at < limit) {
      OffsetRange range = log.nextRange(wanted, at, limit);
      skipped += range.skippedBytes();
      assertThat(range.to()).as(what).isLessThanOrEqualTo(limit).isGreaterThan(at);
      for (long offset = at; offset < range.from(); offset++) {
        assertThat(wanted.mayMatch(batches.get((int) offset)))
            .as("%s: %s excludes offset %d", what, wanted, offset)
            .isFalse();
      }
      for (long offset = range.from(); offset < range.to(); offset++) {
        read += batches.get((int) offset).remaining();
      }
      at = range.to();
    }
    if (from == 0) {
      long all = batches.stream().mapToLong(ByteBuffer::remaining).sum();
      assertThat(read + skipped)
          .as("%s: %s, bytes of %d", what, wanted, all)
          .isBetween(all - INEXACT_BYTES, all);
    }
    return read;
  }
}
