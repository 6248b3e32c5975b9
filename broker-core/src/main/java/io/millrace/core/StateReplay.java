package io.millrace.core;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * Reads the batches of a log to rebuild the state parts that the checkpoint did not contain.
 * Damaged offsets are skipped. One thread, which waits for each read.
 */
final class StateReplay {

  private static final int STEP_BYTES = 4 * 1024 * 1024;

  private final PartitionLog log;
  private final List<Unread> parts;
  private long bytes;

  StateReplay(PartitionLog log, List<Unread> parts) {
    this.log = log;
    this.parts = parts;
  }

  /** A part, and the offset of the first batch that it has not seen. */
  record Unread(PartitionState part, long from) {}

  /**
   * Applies to each part the batches that it has not seen.
   *
   * @return bytes of the batches that were read
   * @throws io.millrace.storage.StorageException if the log cannot be read
   */
  long run() {
    long position = parts.stream().mapToLong(Unread::from).min().orElseThrow();
    for (DamagedOffsets damaged : log.damage()) {
      read(position, damaged.firstOffset());
      position = Math.max(position, damaged.endOffset());
    }
    read(position, log.offsets().end());
    return bytes;
  }

  private void read(long from, long limit) {
    if (from >= limit) {
      return;
    }
    try (PartitionReader reader = new PartitionReader(log.reader(from), Runnable::run)) {
      for (LogSlice slice = next(reader, limit); slice != null; slice = next(reader, limit)) {
        try (LogSlice lease = slice) {
          apply(lease.buffer());
        }
      }
    }
  }

  private static LogSlice next(PartitionReader reader, long limit) {
    try {
      return reader.next(STEP_BYTES, limit).toCompletableFuture().join();
    } catch (CompletionException e) {
      throw StageFailure.cause(e) instanceof StorageException cause ? cause : e;
    }
  }

  private void apply(ByteBuffer batches) {
    for (int at = batches.position(); at < batches.limit(); at += BatchHeader.length(batches, at)) {
      long baseOffset = BatchHeader.baseOffset(batches, at);
      bytes += BatchHeader.length(batches, at);
      for (Unread unread : parts) {
        if (baseOffset >= unread.from()) {
          unread.part().apply(batches, at);
        }
      }
    }
  }
}
