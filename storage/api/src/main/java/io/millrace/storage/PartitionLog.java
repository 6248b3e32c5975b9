package io.millrace.storage;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The log of one partition: record batches in offset order.
 *
 * <p>Three kinds of caller. One <em>owner</em> thread appends. One <em>flusher</em> thread at a
 * time saves checkpoints, and forces a {@link ForcedLog}. Any thread reads an immutable view.
 *
 * <p>After a failure the log is <em>failed</em>: each further {@code append}, {@code force} and
 * {@code checkpoint} throws until the log is closed and opened again, and readers see offsets up to
 * {@code durable}. An append can fail after it has returned: the {@link LogListener} is told then,
 * and offsets from {@code durable} on are in doubt. {@code DISK_FULL} is no failure: nothing was
 * written, and the next append may succeed. A closed log refuses everything but its identity,
 * offsets and size with {@code STORAGE_FAILED}.
 *
 * <p>Threads that call in must not be interrupted: the JDK closes a file under an interrupted
 * thread, and the log is then failed.
 */
public interface PartitionLog extends AutoCloseable {

  /** Identity of this log. */
  LogId id();

  /**
   * The number of this opening, which the opening has fixed: positive, and greater than that of
   * every opening before. Each batch is stamped with it, so that a batch which an earlier opening
   * left beyond its end is never taken for one of this opening.
   */
  int epoch();

  /** What opening found and did. */
  RecoveryReport recovery();

  /**
   * The damaged ranges of this log, ascending and without overlap; usually none. A reader that
   * reaches a range is refused. A reader that begins after it is not. Any thread; a snapshot.
   */
  List<DamagedOffsets> damage();

  /** The offsets now. Any thread; a snapshot. */
  LogOffsets offsets();

  /**
   * Appends one stamped batch. Owner thread. Does not block on the disk.
   *
   * @param batch little-endian, from position to limit; its base offset must be {@code end}, its
   *     epoch {@link #epoch()}. Copied: the caller keeps the buffer; its position does not move.
   * @return the stored offset after the append: {@code end}, unless the engine stores later. Then
   *     {@code stored} moves with {@code durable} at the latest
   * @throws StorageException {@code DISK_FULL} with nothing written, {@code STORAGE_FAILED} or
   *     {@code FENCED}
   * @throws IllegalArgumentException if the batch is not the next one; nothing was written
   */
  long append(ByteBuffer batch);

  /**
   * Saves state that was derived from all batches below {@code offset}, so that recovery replays
   * only what came after. Flusher thread; blocks.
   *
   * @param offset at most {@code durable}; the end of a batch
   * @throws StorageException {@code DISK_FULL} or {@code STORAGE_FAILED}, or {@code
   *     OFFSET_OUT_OF_RANGE} where retention has passed the offset; the checkpoint before stays,
   *     and the log has not failed by it
   */
  void checkpoint(long offset, byte[] state);

  /**
   * A reader that begins with the batch which contains {@code offset}, or the first after it. Any
   * thread; waits for no device: the first slice may be cold.
   *
   * @throws StorageException {@code OFFSET_OUT_OF_RANGE} unless {@code start <= offset <= end}
   */
  LogReader reader(long offset);

  /**
   * The base offset of the first batch, by offset, below {@code limit} whose max event time is at
   * least {@code eventTimeMicros}; {@code limit} if there is none. Any thread; may wait for a
   * device.
   */
  long firstBatchAtOrAfter(long eventTimeMicros, long limit);

  /**
   * Drops whole old segments: those whose newest append time is before {@code minAppendTimeMicros},
   * and the oldest while more than {@code maxBytes} are kept. The active segment stays. Background
   * thread, one at a time; readers that hold a slice keep it. {@code start} never passes the offset
   * of the last checkpoint: with the batches behind it, the state that is derived from them would
   * be gone.
   *
   * @return the start offset after
   */
  long retain(long minAppendTimeMicros, long maxBytes);

  /**
   * Replaces the settings. They apply to what the log allocates from now on. Any thread.
   *
   * @throws StorageException {@code INVALID_TOPIC_SETTING}; the settings before stay
   */
  void alter(LogSettings settings);

  /** Bytes of the batches kept. Any thread. */
  long sizeBytes();

  /**
   * Closes. Any thread that may wait for the disk, when the owner has appended its last batch and
   * no force is in progress. A log that has not failed is made durable and marked clean, so that
   * the next opening checks nothing. Slices still leased stay valid until released.
   */
  @Override
  void close();
}
