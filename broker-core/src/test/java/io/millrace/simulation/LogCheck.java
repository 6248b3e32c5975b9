package io.millrace.simulation;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.mapped.SimulatedDisk;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Compares a log, and its disk, with the appended batches. */
final class LogCheck {

  private static final int SEGMENT_HEADER_BYTES = 64;

  private final ExpectedLog expected;
  private final SimulatedDisk disk;
  private long onDisk;
  private long segment;
  private int position;

  /**
   * @param from the log's start, which may be inside a segment and inside a batch
   */
  LogCheck(ExpectedLog expected, SimulatedDisk disk, long from) {
    this.expected = expected;
    this.disk = disk;
    this.onDisk = oldestSegment(from);
    this.segment = onDisk;
    this.position = SEGMENT_HEADER_BYTES;
  }

  /** The base offset of the segment that contains an offset; the offset if none does. */
  private long oldestSegment(long from) {
    long base = from;
    while (base > 0 && disk.syncedSegment(base) == null) {
      base = expected.batchStart(base - 1);
    }
    return disk.syncedSegment(base) == null ? from : base;
  }

  /** Walks through the forced bytes, from the end of the last call. */
  void requireOnDisk(long durable) {
    while (onDisk < durable) {
      ExpectedLog.Batch batch = expected.at(onDisk);
      if (batch == null || !stands(batch.bytes())) {
        segment = onDisk;
        position = SEGMENT_HEADER_BYTES;
      }
      Invariant.DURABLE_NEVER_AHEAD_OF_FORCE.require(
          batch != null && stands(batch.bytes()),
          () -> "durable is " + durable + ", but the disk does not have the batch at " + onDisk);
      position += batch.bytes().length;
      onDisk = batch.nextOffset();
    }
  }

  private boolean stands(byte[] batch) {
    byte[] bytes = disk.syncedSegment(segment);
    return bytes != null
        && position + batch.length <= bytes.length
        && Arrays.equals(bytes, position, position + batch.length, batch, 0, batch.length);
  }

  /** Reads the whole log as a reader does. */
  static void requirePrefix(PartitionLog log, ExpectedLog expected) {
    LogOffsets offsets = log.offsets();
    Invariant.PREFIX_OF_WHAT_WAS_APPENDED.require(
        offsets.end() <= expected.end() && expected.isBoundary(offsets.end()),
        () -> "found " + offsets + ", appended up to " + expected.end());
    long next = expected.batchStart(offsets.start());
    try (LogReader reader = log.reader(offsets.start())) {
      for (LogSlice slice = read(reader); slice != null; slice = read(reader)) {
        next = requireBatches(slice, expected, next);
        slice.close();
      }
    }
    long readable = next;
    Invariant.PREFIX_OF_WHAT_WAS_APPENDED.require(
        readable == offsets.end(), () -> "can be read up to " + readable + " of " + offsets);
  }

  private static LogSlice read(LogReader reader) {
    LogSlice slice = reader.read(1 << 20, Long.MAX_VALUE);
    if (slice != null && slice.cold()) {
      slice.load(Runnable::run).toCompletableFuture().join();
    }
    return slice;
  }

  private static long requireBatches(LogSlice slice, ExpectedLog expected, long from) {
    ByteBuffer bytes = slice.buffer();
    long next = from;
    for (int at = bytes.position(); at < bytes.limit(); at += BatchHeader.length(bytes, at)) {
      long offset = next;
      ExpectedLog.Batch batch = expected.at(offset);
      Invariant.OFFSETS_CONTIGUOUS.require(
          batch != null && BatchHeader.baseOffset(bytes, at) == offset,
          () -> "expected a batch of offset " + offset);
      int length = Math.min(batch.bytes().length, bytes.limit() - at);
      Invariant.NOTHING_DURABLE_CHANGES.require(
          ByteBuffer.wrap(batch.bytes()).equals(bytes.slice(at, length)),
          () -> "the batch at offset " + offset + " is not as it was appended");
      next = batch.nextOffset();
    }
    return next;
  }
}
