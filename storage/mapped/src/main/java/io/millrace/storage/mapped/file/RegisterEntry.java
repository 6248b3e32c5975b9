package io.millrace.storage.mapped.file;

import io.millrace.storage.LogId;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The entry of one log in the {@link LogRegister}, and what of it is not on disk yet. Guarded by
 * {@link RegisterEntries}.
 */
final class RegisterEntry {

  private static final int COPIES = 2;

  private final LogId id;
  private final int index;

  /** Null if the entry is being removed. */
  private RegisteredLog log;

  private long sequence;

  /** How many slots do not have the present values. */
  private int slotsToWrite;

  /** Whether a caller waits for the present values to be on disk, or could not save them. */
  private boolean urgent;

  /** A new entry; its two slots are free. */
  RegisterEntry(LogId id, int index, RegisteredLog log) {
    this.id = id;
    this.index = index;
    this.log = log;
    this.slotsToWrite = COPIES;
    this.urgent = true;
  }

  /** An entry that is on disk. */
  RegisterEntry(StoredRegister.StoredEntry stored) {
    this.id = stored.slot().id();
    this.index = stored.index();
    this.log = stored.slot().log();
    this.sequence = stored.slot().sequence();
    this.slotsToWrite = stored.settled() ? 0 : COPIES;
  }

  LogId id() {
    return id;
  }

  int index() {
    return index;
  }

  RegisteredLog log() {
    return log;
  }

  boolean isRemoved() {
    return log == null;
  }

  boolean isUrgent() {
    return urgent;
  }

  boolean isSettled() {
    return slotsToWrite <= 0;
  }

  /** Sets new values. A new epoch alone is not worth a write. */
  void set(RegisteredLog now) {
    boolean requiresSame = now.requiresSameAs(log);
    if (!requiresSame || now.durableOffset() != log.durableOffset()) {
      slotsToWrite = COPIES;
    }
    urgent = urgent || !requiresSame;
    log = now;
  }

  /** The log needs no entry any more: both slots get zeros. */
  void remove() {
    if (log != null) {
      log = null;
      slotsToWrite = COPIES;
      urgent = true;
    }
  }

  /**
   * A write of the present values into one of the two slots.
   *
   * @param log null for zeros
   * @param copy the slot
   */
  record Write(RegisterEntry entry, RegisteredLog log, long sequence, int copy) {

    ByteBuffer bytes() {
      return log == null
          ? ByteBuffer.allocate(RegisterSlot.BYTES)
          : new RegisterSlot(entry.id, sequence, log).encode();
    }

    int index() {
      return entry.index;
    }

    int position() {
      return StoredRegister.position(entry.index, copy);
    }
  }

  /** The next write; the write before it was of the other slot, or has failed. */
  Write nextWrite(int copy) {
    return new Write(this, log, sequence + 1, copy);
  }

  /** Both slots on disk are this one. If there are changes, they are written into both. */
  void replaced(RegisterSlot slot) {
    sequence = slot.sequence();
    slotsToWrite = isSettled() ? 0 : COPIES;
  }

  /** A write is on disk. */
  void written(Write done) {
    sequence = done.sequence();
    if (Objects.equals(done.log(), log)) {
      slotsToWrite--;
    }
    // With one slot of zeros the entry is still there.
    urgent = urgent && (log == null ? !isSettled() : !log.requiresSameAs(done.log()));
  }
}
