package io.millrace.storage.memory;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.OffsetRange;
import io.millrace.storage.WantedBatches;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One search for the next offsets that can have wanted events. It tests the header of each batch.
 * Less than {@value #GAP_BYTES} bytes of unwanted batches between wanted ones do not end a range: a
 * reader passes them faster than it searches. For one call, on one thread.
 */
final class MemoryRangeSearch {

  private static final int GAP_BYTES = 1024 * 1024;

  /** After this many bytes a search ends, so that it does not take a thread for long. */
  private static final long MAX_BYTES = 64 << 20;

  private final WantedBatches wanted;

  /** One past the last offset to search. */
  private final long limit;

  private final long from;

  /** The first wanted offset; -1 if there is none yet. */
  private long first = -1;

  /** One past the last batch that was tested or, if there is a wanted one, one past the last. */
  private long end;

  private long testedBytes;
  private long skippedBytes;
  private long gapBytes;

  MemoryRangeSearch(WantedBatches wanted, long from, long limit) {
    this.wanted = wanted;
    this.from = from;
    this.limit = limit;
    this.end = from;
  }

  OffsetRange run(List<Chunk> chunks) {
    for (Chunk chunk : chunks) {
      if (chunk.endOffset() > from && !continuesAfter(chunk)) {
        break;
      }
    }
    return new OffsetRange(first < 0 ? end : first, end, skippedBytes);
  }

  /** Tests the batches of a chunk; false if the search ends in it. */
  private boolean continuesAfter(Chunk chunk) {
    ByteBuffer bytes = chunk.view();
    int usedBytes = chunk.usedBytes();
    for (int at = 0; at < usedBytes; at += BatchHeader.length(bytes, at)) {
      long next = BatchHeader.nextOffset(bytes, at);
      if (BatchHeader.baseOffset(bytes, at) >= limit) {
        return false;
      }
      if (next > from && !continuesAfter(bytes, at, Math.min(next, limit))) {
        return false;
      }
    }
    return true;
  }

  /** Tests a batch; false if the search ends with it. */
  private boolean continuesAfter(ByteBuffer bytes, int at, long next) {
    long base = Math.max(from, BatchHeader.baseOffset(bytes, at));
    int length = BatchHeader.length(bytes, at);
    if (mayMatch(bytes, at, base, next)) {
      first = first < 0 ? base : first;
      end = next;
      gapBytes = 0;
    } else if (first < 0) {
      end = next;
      skippedBytes += length;
    } else {
      gapBytes += length;
    }
    testedBytes += length;
    return gapBytes < GAP_BYTES && testedBytes < MAX_BYTES;
  }

  private boolean mayMatch(ByteBuffer bytes, int at, long base, long next) {
    return wanted.mayHaveOffsets(base, next)
        && wanted.mayHaveEvents(
            BatchHeader.minEventTime(bytes, at),
            BatchHeader.maxEventTime(bytes, at),
            BatchHeader.sourceFilter(bytes, at));
  }
}
