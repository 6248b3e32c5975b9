package io.millrace.storage.memory;

import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Contiguous batches in one heap buffer. The owner of the log appends. Other threads read the bytes
 * below the end of the log, which the log publishes after it has written them.
 */
final class Chunk {

  /** The end offset of a chunk to which batches are appended. */
  static final long UNSEALED = Long.MAX_VALUE;

  private final long baseOffset;
  private final ByteBuffer bytes;
  private volatile int usedBytes;
  private volatile long newestAppendTime = Long.MIN_VALUE;
  private volatile long maxEventTime = Long.MIN_VALUE;
  private volatile long endOffset = UNSEALED;

  Chunk(long baseOffset, int capacityBytes) {
    this.baseOffset = baseOffset;
    this.bytes = ByteBuffer.allocate(capacityBytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  long baseOffset() {
    return baseOffset;
  }

  int capacityBytes() {
    return bytes.capacity();
  }

  int usedBytes() {
    return usedBytes;
  }

  long newestAppendTime() {
    return newestAppendTime;
  }

  long maxEventTime() {
    return maxEventTime;
  }

  /** One past the last offset; {@link #UNSEALED} until the chunk is sealed. */
  long endOffset() {
    return endOffset;
  }

  boolean hasRoomFor(int batchBytes) {
    return bytes.capacity() - usedBytes >= batchBytes;
  }

  void append(ByteBuffer batch) {
    int length = batch.remaining();
    bytes.put(usedBytes, batch, batch.position(), length);
    usedBytes += length;
    newestAppendTime = Math.max(newestAppendTime, BatchHeader.appendTime(batch, batch.position()));
    maxEventTime = Math.max(maxEventTime, BatchHeader.maxEventTime(batch, batch.position()));
  }

  void seal(long atOffset) {
    endOffset = atOffset;
  }

  /** The buffer for reading headers at absolute positions. */
  ByteBuffer view() {
    return bytes;
  }

  ByteBuffer slice(int from, int to) {
    return bytes.slice(from, to - from).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }
}
