package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.SourceFilter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The batches that a subscriber wants: all, or those that may contain one of its sources, judged by
 * the filter in the batch header. Immutable.
 */
final class SourceMatcher {

  /** With more sources, nearly every batch would match its 64-bit filter. */
  static final int MAX_SOURCES = 1024;

  private static final int MAX_SOURCE_BYTES = 255;

  private final long[] sourceBits;

  private SourceMatcher(long[] sourceBits) {
    this.sourceBits = sourceBits;
  }

  /**
   * The match for these sources.
   *
   * @param sources empty: every batch matches
   * @throws BrokerException {@code INVALID_SOURCE} or {@code LIMIT_REACHED}
   */
  static SourceMatcher of(List<String> sources) {
    if (sources.size() > MAX_SOURCES) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          "a subscription names "
              + sources.size()
              + " sources, at most "
              + MAX_SOURCES
              + " are allowed; subscribe without sources and filter at the client");
    }
    return new SourceMatcher(sources.stream().mapToLong(SourceMatcher::bits).toArray());
  }

  /** The match for those of the sources that can exist. If there is none, every batch matches. */
  static SourceMatcher ofValid(List<String> sources) {
    return new SourceMatcher(
        sources.stream()
            .map(source -> source.getBytes(StandardCharsets.UTF_8))
            .filter(bytes -> bytes.length >= 1 && bytes.length <= MAX_SOURCE_BYTES)
            .mapToLong(SourceFilter::bits)
            .toArray());
  }

  private static long bits(String source) {
    byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < 1 || bytes.length > MAX_SOURCE_BYTES) {
      throw new BrokerException(
          ErrorCode.INVALID_SOURCE,
          "a subscription names the source "
              + Quoted.text(source)
              + " of "
              + bytes.length
              + " bytes; a source has 1 to "
              + MAX_SOURCE_BYTES);
    }
    return SourceFilter.bits(bytes);
  }

  /** Bytes of heap of the filter. */
  long heapBytes() {
    return (long) sourceBits.length * Long.BYTES;
  }

  boolean all() {
    return sourceBits.length == 0;
  }

  /** Selects the matching batches of a buffer of whole batches, in runs as long as possible. */
  Selection select(ByteBuffer batches) {
    List<ByteBuffer> runs = new ArrayList<>();
    long events = 0;
    int bytes = 0;
    int runFrom = -1;
    int at = batches.position();
    while (at < batches.limit()) {
      int length = BatchHeader.length(batches, at);
      if (matches(BatchHeader.sourceFilter(batches, at))) {
        events += BatchHeader.recordCount(batches, at);
        bytes += length;
        runFrom = runFrom < 0 ? at : runFrom;
      } else if (runFrom >= 0) {
        runs.add(run(batches, runFrom, at));
        runFrom = -1;
      }
      at += length;
    }
    if (runFrom >= 0) {
      runs.add(run(batches, runFrom, at));
    }
    return new Selection(runs, events, bytes);
  }

  /** Whether a batch with this filter in its header may contain one of the sources. */
  boolean matches(long filter) {
    if (all()) {
      return true;
    }
    for (long bits : sourceBits) {
      if (SourceFilter.mayContain(filter, bits)) {
        return true;
      }
    }
    return false;
  }

  private static ByteBuffer run(ByteBuffer batches, int from, int to) {
    return batches.slice(from, to - from).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Contiguous runs of whole batches.
   *
   * @param events number of events in all runs
   * @param bytes size of all runs
   */
  record Selection(List<ByteBuffer> runs, long events, int bytes) {}
}
