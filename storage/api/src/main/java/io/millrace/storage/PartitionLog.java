package io.millrace.storage;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The log of one partition: record batches in offset order.
 *
 * <p>One thread, the <em>owner</em>, appends. One thread at a time, the <em>flusher</em>, saves
 * checkpoints, and forces a {@link ForcedLog}. Any thread reads.
 *
 * <p>A log that cannot store an append, or cannot make it durable, is <em>failed</em>. {@code
 * append}, {@code force} and {@code checkpoint} of a failed log throw until it is closed and opened
 * again. Its readers see the offsets below {@code durable}. It is not known whether the offsets
 * from {@code durable} on are stored. An append may fail after it has returned; the log then calls
 * {@link LogListener#failed}. A log that refuses a call with {@code DISK_FULL} or {@code
 * RESOURCES_EXHAUSTED} is not failed: the call has changed nothing, and the next one may succeed.
 *
 * <p>A closed log refuses appends, reads, checkpoints, forces and retention with {@code
 * STORAGE_FAILED}.
 *
 * <p>The calling threads must not be interrupted: an interrupt may abort a read or a write of the
 * engine, which fails the log.
 */
public interface PartitionLog extends AutoCloseable {

  /** The identity of this log. */
  LogId id();

  /**
   * The number of this opening. It is positive, and greater than the number of every earlier
   * opening of this log. Each batch contains the epoch in which it was appended. An earlier opening
   * may have left a batch after the end of the log; the epoch shows that this batch is not part of
   * the log.
   */
  int epoch();

  /** What the opening of this log found and did. */
  RecoveryReport recovery();

  /**
   * The damaged ranges of this log, ascending and without overlap; usually none. A reader that
   * reaches a range is refused. A reader that begins after it is not. Any thread; a snapshot.
   */
  List<DamagedOffsets> damage();

  /**
   * Reports to the log that the records of a batch are damaged. The caller has decoded them. An
   * engine that can verify its batches does so soon, and adds what it finds to {@link #damage()}.
   * Any thread, also the owner; never waits for a device. Has no effect on a batch that is whole or
   * dropped, and on a closed log.
   *
   * @param offset an offset of the batch
   */
  void reportDamage(long offset);

  /** The offsets now. Any thread; a snapshot. */
  LogOffsets offsets();

  /**
   * Appends one batch. Owner thread. Does not wait for the disk.
   *
   * @param batch from position to limit, little-endian. Its base offset is {@code end}, and its
   *     epoch is {@link #epoch()}. The log copies it; the buffer stays with the caller, and its
   *     position does not change. The engine may write its proof into the header, in the buffer too
   * @return the {@code stored} offset after the append. It is {@code end}, unless the engine stores
   *     the batch after the call; {@code stored} is never less than {@code durable}
   * @throws StorageException {@code DISK_FULL} if there is no space, {@code RESOURCES_EXHAUSTED} if
   *     there are too few file descriptors or memory maps; the log has not failed. {@code
   *     STORAGE_FAILED} or {@code FENCED}; the log has failed
   * @throws IllegalArgumentException if the batch is not the next one; nothing was written
   */
  long append(ByteBuffer batch);

  /**
   * Saves the state that the owner has derived from all batches below {@code offset}. The next
   * opening replays the batches from {@code offset} on. Flusher thread; blocks.
   *
   * @param offset the end offset of a batch; at most {@code durable}
   * @param state copied
   * @throws StorageException {@code DISK_FULL}, {@code RESOURCES_EXHAUSTED} or {@code
   *     STORAGE_FAILED}, or {@code OFFSET_OUT_OF_RANGE} if retention has dropped the offset; the
   *     log keeps its previous checkpoint and does not fail because of this call. An offset below
   *     the start whose batch is kept is not refused. {@code FENCED}; the log has failed
   */
  void checkpoint(long offset, byte[] state);

  /**
   * A reader whose first slice begins with the batch that contains {@code offset}. At {@code end}
   * that is the next batch. Any thread; never waits for a device. The first slice may be cold.
   *
   * @throws StorageException {@code OFFSET_OUT_OF_RANGE} unless {@code start <= offset <= end}
   */
  LogReader reader(long offset);

  /**
   * Where the first event, in offset order, may be whose event time is at least {@code
   * eventTimeMicros}: the base offset of the first batch whose max event time is at least this, or
   * the first offset of the first damaged range, whichever comes first. A search does not move over
   * damage whose event times are unknown, so that a reader which begins at the result meets the
   * damage. It moves over a range of {@link #damage()} only if the engine knows that all events
   * there are earlier. Any thread; may wait for a device.
   *
   * @param eventTimeMicros microseconds since 1970-01-01T00:00Z
   * @param from batches that end at or before this offset, or before the start, are not searched.
   *     The batch or range that is found may begin below it
   * @param limit batches and ranges from this offset on are not searched
   * @return {@code limit} if there is neither
   * @throws StorageException {@code CORRUPT_LOG} if the search meets damage that {@link #damage()}
   *     does not have yet; the engine then looks for it, and a later search succeeds
   */
  long firstBatchAtOrAfter(long eventTimeMicros, long from, long limit);

  /**
   * Where the next wanted events may be, from the indexes of the log and without reading events. No
   * wanted event is at an offset from {@code from} up to the start of the result. The engine
   * excludes what it knows; what it does not know, such as the contents of damaged batches, is in
   * the result, and a reader meets it.
   *
   * <p>One call reads a bounded number of indexes. If they have no wanted event, the result is
   * empty: another call continues at its end. Any thread; may wait for a device.
   *
   * @param limit one past the last offset that is searched
   * @return at most up to the limit. If it is empty and begins at {@code from}, the log has no
   *     offset to search there now
   * @throws StorageException {@code OFFSET_OUT_OF_RANGE} if retention has dropped {@code from};
   *     {@code RESOURCES_EXHAUSTED} if an index could not be opened
   */
  OffsetRange nextRange(WantedBatches wanted, long from, long limit);

  /**
   * Drops old batches from the start of the log, in units that the engine chooses. It drops the
   * oldest unit while its newest append time is before {@code minAppendTimeMicros}, while the log
   * keeps more than {@code maxBytes}, or if it is wholly below the start, see {@link
   * #deleteBefore}. It never drops the newest unit, nor a batch after the last checkpoint, because
   * the state that is derived from it would be lost. Slices that readers have stay valid. One
   * thread at a time; may wait for a device.
   *
   * @return the start offset after the call
   */
  long retain(long minAppendTimeMicros, long maxBytes);

  /**
   * Deletes the events below an offset: raises the start offset to it. The new start may be inside
   * a batch; a reader that begins there gets the whole batch, and its caller skips the events below
   * the start. Readers below the start are refused, slices that readers have stay valid. The space
   * is freed by later calls of {@link #sealExpired} and {@link #retain}, which treat units that are
   * wholly below the start as expired. Until then, openings replay the batches after the last
   * checkpoint, also those below the start. Damage below the start counts no more.
   *
   * <p>The new start survives a power failure when the call returns. One thread at a time, together
   * with {@link #retain}; may wait for a device. The log has not failed because of this call.
   *
   * @param offset at most {@code durable}. An offset below the start changes nothing
   * @return the start offset after the call
   * @throws StorageException {@code OFFSET_OUT_OF_RANGE} if the offset is greater than {@code
   *     durable}; {@code DISK_FULL}, {@code RESOURCES_EXHAUSTED}, {@code STORAGE_FAILED} or {@code
   *     FENCED}. The start has not changed; unless the offset was refused, the next opening may
   *     find it changed
   */
  long deleteBefore(long offset);

  /**
   * Seals the newest unit of {@link #retain} if it has batches and all of them are expired: its
   * newest append time is before {@code minAppendTimeMicros}, it has more than a quarter of {@code
   * maxBytes}, or all events are below the start. The log then continues in a new, empty unit, and
   * {@code retain} may drop the sealed one. Without this call, the events of a topic that gets no
   * more events would stay for ever.
   *
   * <p>Owner thread; waits for no device. If the new unit is not prepared, this call starts its
   * preparation, and a later call seals. A failed log seals nothing.
   *
   * @throws StorageException {@code DISK_FULL}, {@code RESOURCES_EXHAUSTED}, {@code STORAGE_FAILED}
   *     or {@code FENCED}; nothing has changed
   */
  void sealExpired(long minAppendTimeMicros, long maxBytes);

  /**
   * Replaces the settings. They apply to what the log allocates from now on. Any thread.
   *
   * @throws StorageException {@code INVALID_TOPIC_SETTING}; the previous settings stay
   */
  void alter(LogSettings settings);

  /**
   * The number of bytes of the batches that are kept, also of those below the start that are not
   * dropped yet. Any thread.
   */
  long sizeBytes();

  /**
   * Closes the log. Unless the log has failed, its appends are made durable, and it is marked as
   * closed cleanly, so that the next opening has no batch to check. The owner appends nothing from
   * now on, and no {@code force} is running. Slices stay valid until they are closed. Any thread
   * that may wait for the disk. A second call does nothing.
   */
  @Override
  void close();
}
