package io.millrace.core;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogReplay;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * What a partition knows because of all the batches in its log: its producers' sequences and its
 * newest append time. Saved with checkpoints, rebuilt by replay. Used by the thread that opens the
 * log, then by the owner.
 *
 * <p>The state of a checkpoint is {@code i64} newest append time and the producers: {@code i64}
 * forgotten below, {@code i32} count, then for each, the silent longest first and named ones last,
 * {@code i64} id, {@code i16} epoch, {@code i64} first sequence, {@code i64} next sequence, {@code
 * u8} batches and for each of these {@code i64} base sequence, {@code i64} base offset, {@code i64}
 * append time.
 */
final class DerivedState implements LogReplay {

  private static final SealedState FORMAT =
      new SealedState("the state of a partition's checkpoint", "MRPS", 1);

  private final ProducerTable producers;
  private long newestAppendTimeMicros;
  private long replayedBytes;
  private boolean begun;

  DerivedState(int maxProducers) {
    producers = new ProducerTable(maxProducers);
  }

  ProducerTable producers() {
    return producers;
  }

  long newestAppendTimeMicros() {
    return newestAppendTimeMicros;
  }

  /** Bytes of the batches that the last checkpoint did not cover when the log was opened. */
  long replayedBytes() {
    return replayedBytes;
  }

  /** Takes a stamped batch into account that was stored. */
  void add(ByteBuffer batch, int at) {
    producers.remember(batch, at);
    newestAppendTimeMicros = BatchHeader.appendTime(batch, at);
  }

  /** All that there is was replayed: of a log that begins here, and had nothing to tell. */
  void opened(long startOffset) {
    if (!begun && startOffset > 0) {
      producers.anyMayBeForgotten();
    }
  }

  @Override
  public void replay(ByteBuffer header) {
    int at = header.position();
    if (!begun && BatchHeader.baseOffset(header, at) > 0) {
      producers.anyMayBeForgotten();
    }
    begun = true;
    replayedBytes += BatchHeader.length(header, at);
    add(header, at);
  }

  @Override
  public void restore(byte[] checkpointState) {
    ByteBuffer state = FORMAT.open(checkpointState);
    try {
      newestAppendTimeMicros = state.getLong();
      producers.decode(state);
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw FORMAT.corrupt(e.toString());
    }
    begun = true;
  }

  /** The state as {@link #restore} reads it. */
  byte[] encode() {
    ByteBuffer state = FORMAT.begin(Long.BYTES + producers.encodedBytes());
    state.putLong(newestAppendTimeMicros);
    producers.encode(state);
    return FORMAT.seal(state);
  }
}
