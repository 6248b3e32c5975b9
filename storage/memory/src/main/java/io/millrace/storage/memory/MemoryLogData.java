package io.millrace.storage.memory;

import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The batches, the offsets and the last checkpoint of a log that is open or closed. Writers hold
 * the lock of this object; any thread reads the volatile fields.
 */
final class MemoryLogData {

  private static final int FIRST_CHUNK_BYTES = 64 * 1024;
  private static final int GROWTH = 4;

  private final HeapSpace space;
  private volatile List<Chunk> chunks = List.of();

  /** The first offset that readers get; the oldest chunk may begin before it. */
  private volatile long start;

  private volatile long durable;
  private volatile long end;
  private volatile long sizeBytes;

  private Checkpoint checkpoint;
  private int epoch;
  private boolean open;
  private boolean closedCleanly = true;

  record Checkpoint(long offset, byte[] state) {}

  MemoryLogData(HeapSpace space) {
    this.space = space;
  }

  long start() {
    return start;
  }

  /** The offset of the oldest batch that is in the heap. */
  synchronized long keptFrom() {
    return chunks.isEmpty() ? start : chunks.get(0).baseOffset();
  }

  long durable() {
    return durable;
  }

  long end() {
    return end;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  synchronized boolean isOpen() {
    return open;
  }

  synchronized boolean closedCleanly() {
    return closedCleanly;
  }

  /** Marks the log as open and its batches as durable; returns the epoch of this opening. */
  synchronized int opened() {
    open = true;
    closedCleanly = false;
    durable = end;
    return ++epoch;
  }

  synchronized void closed() {
    open = false;
    closedCleanly = true;
    durable = end;
  }

  synchronized Checkpoint checkpoint() {
    return checkpoint;
  }

  synchronized void checkpoint(long offset, byte[] state) {
    checkpoint = new Checkpoint(offset, state.clone());
  }

  /** Returns the new end. */
  synchronized long append(ByteBuffer batch, int maxChunkBytes) {
    Chunk active = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
    if (active == null || !active.hasRoomFor(batch.remaining())) {
      active = roll(active, batch.remaining(), maxChunkBytes);
    }
    active.append(batch);
    sizeBytes += batch.remaining();
    end = BatchHeader.nextOffset(batch, batch.position());
    return end;
  }

  private Chunk roll(Chunk full, int batchBytes, int maxChunkBytes) {
    long wanted =
        full == null
            ? FIRST_CHUNK_BYTES
            : Math.min((long) full.capacityBytes() * GROWTH, maxChunkBytes);
    return roll(full, (int) Math.max(Math.min(wanted, maxChunkBytes), batchBytes));
  }

  private Chunk roll(Chunk full, int capacityBytes) {
    space.take(capacityBytes);
    if (full != null) {
      full.seal(end);
    }
    Chunk next = new Chunk(end, capacityBytes);
    chunks = append(chunks, next);
    return next;
  }

  private static List<Chunk> append(List<Chunk> chunks, Chunk next) {
    Chunk[] grown = chunks.toArray(new Chunk[chunks.size() + 1]);
    grown[chunks.size()] = next;
    return List.of(grown);
  }

  synchronized long force() {
    durable = end;
    return durable;
  }

  synchronized long retain(long minAppendTimeMicros, long maxBytes) {
    long upTo = checkpoint == null ? 0 : checkpoint.offset();
    while (chunks.size() > 1 && chunks.get(0).endOffset() <= upTo) {
      Chunk oldest = chunks.get(0);
      boolean expired = oldest.newestAppendTime() < minAppendTimeMicros || sizeBytes > maxBytes;
      if (!expired && oldest.endOffset() > start) {
        break;
      }
      start = Math.max(start, oldest.endOffset());
      chunks = chunks.subList(1, chunks.size());
      sizeBytes -= oldest.usedBytes();
      space.giveBack(oldest.capacityBytes());
    }
    chunks = List.copyOf(chunks);
    return start;
  }

  /**
   * Raises the start.
   *
   * @param offset at most the durable offset
   * @return the new start
   */
  synchronized long deleteBefore(long offset) {
    start = Math.max(start, offset);
    return start;
  }

  synchronized void sealExpired(long minAppendTimeMicros, long maxBytes) {
    if (chunks.isEmpty()) {
      return;
    }
    Chunk newest = chunks.get(chunks.size() - 1);
    boolean expired =
        newest.newestAppendTime() < minAppendTimeMicros
            || newest.usedBytes() > maxBytes / 4
            || end <= start;
    if (newest.usedBytes() > 0 && expired) {
      roll(newest, FIRST_CHUNK_BYTES);
    }
  }

  /** Frees all bytes; the log is not used again. */
  synchronized void drop() {
    chunks.forEach(chunk -> space.giveBack(chunk.capacityBytes()));
    chunks = List.of();
  }

  List<Chunk> chunks() {
    return chunks;
  }

  /** The chunk to which an offset belongs; null if the log has no chunk yet. */
  Chunk chunkOf(long offset) {
    List<Chunk> now = chunks;
    int i = now.size() - 1;
    while (i > 0 && now.get(i).baseOffset() > offset) {
      i--;
    }
    return i < 0 ? null : now.get(i);
  }

  /** A closed copy of this log in another space: all batches, or only the durable ones. */
  synchronized MemoryLogData copy(HeapSpace copiedSpace, boolean forcedOnly) {
    MemoryLogData copy = new MemoryLogData(copiedSpace);
    long until = forcedOnly ? durable : end;
    copy.start = start;
    copy.end = keptFrom();
    for (Chunk chunk : chunks) {
      ByteBuffer bytes = chunk.slice(0, chunk.usedBytes());
      while (bytes.hasRemaining() && copy.end < until) {
        int length = BatchHeader.length(bytes, bytes.position());
        ByteBuffer batch = bytes.duplicate().order(bytes.order());
        batch.limit(bytes.position() + length);
        copy.append(batch, chunk.capacityBytes());
        bytes.position(bytes.position() + length);
      }
    }
    copy.durable = copy.end;
    copy.checkpoint = checkpoint;
    copy.epoch = epoch;
    copy.closedCleanly = closedCleanly;
    return copy;
  }
}
