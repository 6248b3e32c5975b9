package io.millrace.storage.memory;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.Refusals;
import io.millrace.storage.StorageException;
import java.util.concurrent.Executor;

/** A cursor. It keeps its chunk and its position there, so that the next read needs no search. */
final class MemoryReader implements LogReader {

  private final MemoryLog log;
  private final MemoryLogData data;
  private final Executor completions;
  private Chunk chunk;
  private int at;
  private long position;

  /** The offset asked for; the first batch may begin before it. */
  private final long wanted;

  /**
   * @param completions runs the reads of slices; null if they are read on the calling thread
   */
  MemoryReader(MemoryLog log, MemoryLogData data, long offset, Executor completions) {
    this.log = log;
    this.data = data;
    this.position = offset;
    this.wanted = offset;
    this.completions = completions;
  }

  /** Moves the cursor to the batch that contains the offset. */
  private void seek(long offset) {
    chunk = data.chunkOf(offset);
    at = 0;
    if (chunk == null || offset == data.end()) {
      chunk = null;
      return;
    }
    while (BatchHeader.nextOffset(chunk.view(), at) <= offset) {
      at += BatchHeader.length(chunk.view(), at);
    }
    position = BatchHeader.baseOffset(chunk.view(), at);
    if (position > offset) {
      throw overtaken(offset);
    }
  }

  private StorageException overtaken(long offset) {
    return Refusals.dropped(log.id(), offset, data.start());
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public LogSlice read(int maxBytes, long limit) {
    log.requireOpen();
    requireNotDropped();
    long visible = Math.min(limit, data.end());
    if (position >= visible) {
      return null;
    }
    return completions == null
        ? readUpTo(visible, maxBytes)
        : new PendingMemorySlice(() -> readUpTo(visible, maxBytes), this, completions);
  }

  private void requireNotDropped() {
    long next = Math.max(position, wanted);
    if (next < data.start()) {
      throw overtaken(next);
    }
  }

  private MemorySlice readUpTo(long visible, int maxBytes) {
    requireNotDropped();
    if (chunk == null || chunk.endOffset() <= position) {
      seek(position);
    }
    int from = at;
    int to = at;
    long next = position;
    while (next < visible && to < chunk.usedBytes()) {
      int length = BatchHeader.length(chunk.view(), to);
      long after = BatchHeader.nextOffset(chunk.view(), to);
      if (after > visible || (to > from && to + length - from > maxBytes)) {
        break;
      }
      to += length;
      next = after;
    }
    if (to == from) {
      return null;
    }
    at = to;
    position = next;
    return new MemorySlice(chunk.slice(from, to), next);
  }

  @Override
  public void close() {
    chunk = null;
  }
}
