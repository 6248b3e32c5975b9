package io.millrace.storage;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.Set;

/** Checks and refusals that are the same for every storage engine. Any thread. */
public final class Refusals {

  private Refusals() {}

  /**
   * Requires that a batch is the next one of a log.
   *
   * @param end end offset of the log
   * @param epoch epoch of the opening
   * @param batch from position to limit, little-endian
   * @throws IllegalArgumentException if its base offset, its epoch or its length does not match
   */
  public static void requireNext(LogId id, long end, int epoch, ByteBuffer batch) {
    int at = batch.position();
    if (BatchHeader.baseOffset(batch, at) != end
        || BatchHeader.length(batch, at) != batch.remaining()
        || BatchHeader.epoch(batch, at) != epoch) {
      throw new IllegalArgumentException(
          "log %s expects a batch with offset %d and epoch %d; the batch of %d bytes states offset %d, epoch %d and %d bytes"
              .formatted(
                  id,
                  end,
                  epoch,
                  batch.remaining(),
                  BatchHeader.baseOffset(batch, at),
                  BatchHeader.epoch(batch, at),
                  BatchHeader.length(batch, at)));
    }
  }

  /**
   * Requires that an offset is in a log.
   *
   * @throws StorageException {@code OFFSET_OUT_OF_RANGE} unless {@code start <= offset <= end}
   */
  public static void requireInRange(LogId id, long offset, long start, long end) {
    if (offset < start || offset > end) {
      throw new StorageException(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          "offset "
              + offset
              + " of log "
              + id
              + " is not in ["
              + start
              + ", "
              + end
              + "]; use an offset in this range, or the earliest or latest offset");
    }
  }

  /**
   * Requires that a checkpoint covers only what is durable.
   *
   * @throws IllegalArgumentException if it does not
   */
  public static void requireDurable(LogId id, long checkpointOffset, long durable) {
    if (checkpointOffset > durable) {
      throw new IllegalArgumentException(
          "checkpoint at "
              + checkpointOffset
              + " of log "
              + id
              + " is above the durable offset "
              + durable);
    }
  }

  /**
   * Requires that the events below an offset may be deleted.
   *
   * @throws StorageException {@code OFFSET_OUT_OF_RANGE} if the offset is above {@code durable}
   */
  public static void requireDeletable(LogId id, long offset, long start, long durable) {
    if (offset > durable) {
      throw new StorageException(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          "the events of log "
              + id
              + " below offset "
              + offset
              + " cannot be deleted: those in ["
              + start
              + ", "
              + durable
              + ") are durable; nothing was deleted; use an offset of at most "
              + durable
              + ", or wait until later events are durable");
    }
  }

  /** The refusal of an offset that retention or a deletion has dropped. */
  public static StorageException dropped(LogId id, long offset, long start) {
    return new StorageException(
        ErrorCode.OFFSET_OUT_OF_RANGE,
        "retention or a deletion has dropped offset "
            + offset
            + " of log "
            + id
            + ", which now starts at "
            + start
            + "; continue from there");
  }

  /**
   * The refusal of a reader that has reached damaged offsets.
   *
   * @param continueAt the first offset after them that is not damaged
   */
  public static StorageException damaged(LogId id, DamagedOffsets damaged, long continueAt) {
    return new StorageException(
        ErrorCode.CORRUPT_LOG,
        "offsets "
            + damaged.firstOffset()
            + " to "
            + (damaged.endOffset() - 1)
            + " of log "
            + id
            + " are damaged ("
            + damaged.text()
            + "); subscribe from offset "
            + continueAt
            + " to continue");
  }

  /**
   * Requires that a state has the version that its writer expects.
   *
   * @throws StorageException {@code FENCED} if it has another version
   */
  public static void requireVersion(String state, long expected, long actual) {
    if (expected != actual) {
      throw new StorageException(
          ErrorCode.FENCED,
          "state '"
              + state
              + "' has version "
              + actual
              + ", expected "
              + expected
              + ": another writer has replaced it; load it again before it is saved");
    }
  }

  /** The refusal of a closed log. */
  public static StorageException closed(LogId id) {
    return new StorageException(
        ErrorCode.STORAGE_FAILED, "log " + id + " is closed; open it again to use it");
  }

  /** The refusal to open a log that is open or opening. */
  public static IllegalStateException openAlready(LogId id) {
    return new IllegalStateException("log " + id + " is open; close it before it is opened again");
  }

  /** The refusal to delete an open log. */
  public static IllegalStateException notDeletedWhileOpen(LogId id) {
    return new IllegalStateException("log " + id + " is open; close it before it is deleted");
  }

  /**
   * The refusal to close a storage that has open logs.
   *
   * @param open the open logs
   */
  public static IllegalStateException notClosedWhileOpen(Set<LogId> open) {
    return new IllegalStateException(
        "the storage cannot be closed while logs are open: " + open + "; close them first");
  }
}
