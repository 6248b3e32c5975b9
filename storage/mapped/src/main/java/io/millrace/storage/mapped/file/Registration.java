package io.millrace.storage.mapped.file;

import io.millrace.storage.LogId;

/**
 * The entry of one log in the {@link LogRegister}. The opening of the log, then its flusher and
 * retention change it. Any thread.
 *
 * <p>A method that says "durably" blocks on the disk. All others change the memory only; the
 * register writes the change within its interval.
 */
public final class Registration {

  private static final int COPIES = 2;

  private final LogRegister register;
  private final LogId id;

  // All guarded by the register.

  /** Null if the log has no entry. */
  private RegisteredLog log;

  private int index;
  private long sequence;

  /** The slot that has the last complete write. */
  private int copy;

  /** Whether the log existed when it got its entry: the register had lost it. */
  private boolean existed;

  /** How many slots do not have the present values. */
  private int slotsToWrite;

  /** Whether a change that had to be durable is not on disk yet. */
  private boolean urgent;

  /** A log without an entry. */
  Registration(LogRegister register, LogId id) {
    this.register = register;
    this.id = id;
  }

  /** A log with an entry on disk. */
  Registration(LogRegister register, StoredRegister.Entry stored) {
    this.register = register;
    this.id = stored.slot().id();
    this.log = stored.slot().log();
    this.index = stored.index();
    this.sequence = stored.slot().sequence();
    this.copy = stored.copy();
    this.slotsToWrite = stored.settled() ? 0 : COPIES;
  }

  /** What the register says of the log; null if it has no entry. */
  public RegisteredLog log() {
    synchronized (register) {
      return log;
    }
  }

  /**
   * Sets what an opening has found; durably, if segments differ from the entry or there is none.
   */
  public void opened(RegisteredLog found) {
    synchronized (register) {
      urgent |=
          log == null
              || log.startOffset() != found.startOffset()
              || log.newestSegment() != found.newestSegment();
      existed = log == null ? found.hasSegment() : existed;
      if (urgent || log.durableOffset() != found.durableOffset()) {
        change(found);
      } else {
        log = found;
      }
    }
    saveIfUrgent();
  }

  /** Saves also a change that an earlier call could not save. */
  private void saveIfUrgent() {
    synchronized (register) {
      if (!urgent) {
        return;
      }
    }
    register.save(this);
  }

  /** Notes that every batch below an offset is durable. */
  public void durable(long offset) {
    synchronized (register) {
      if (log != null && offset > log.durableOffset()) {
        change(log.withDurable(offset));
      }
    }
  }

  /**
   * Notes durably that a segment must be there from now on; before a batch in it is reported as
   * durable, and after its name is durable.
   */
  public void requires(long segment) {
    synchronized (register) {
      if (log != null && segment > log.newestSegment()) {
        changeUrgently(log.withNewest(segment));
      }
    }
    saveIfUrgent();
  }

  /**
   * Notes durably that the log begins at a new start: all segments before it may be gone, before
   * they are deleted.
   *
   * @param offset at most the durable offset
   */
  public void startsAt(long offset) {
    synchronized (register) {
      if (log != null && offset > log.startOffset()) {
        changeUrgently(log.withStart(offset));
      }
    }
    saveIfUrgent();
  }

  /** Notes durably that a segment may be gone, before recovery removes it. */
  public void removes(long segment) {
    synchronized (register) {
      if (log != null && segment == log.newestSegment()) {
        changeUrgently(log.withNewest(RegisteredLog.NO_SEGMENT));
      }
    }
    saveIfUrgent();
  }

  /** With the register's lock. */
  private void changeUrgently(RegisteredLog now) {
    urgent = true;
    change(now);
  }

  /** With the register's lock. */
  private void change(RegisteredLog now) {
    if (log == null) {
      index = register.freeIndex(this, id);
    }
    log = now;
    slotsToWrite = COPIES;
    register.changed(this);
  }

  // For the register, with its lock.

  /**
   * A write of the present values into the slot that has older ones.
   *
   * @param copy the slot
   */
  record Write(Registration entry, RegisterSlot slot, int index, int copy) {}

  Write nextWrite() {
    return new Write(this, new RegisterSlot(id, sequence + 1, log), index, 1 - copy);
  }

  /** A write is on disk. Returns whether both slots have the present values. */
  boolean isSettledBy(Write written) {
    sequence = written.slot().sequence();
    copy = written.copy();
    if (written.slot().log().equals(log)) {
      slotsToWrite--;
      urgent = false;
    }
    return slotsToWrite <= 0;
  }

  /** Whether the present values are on disk. */
  boolean isSaved() {
    return slotsToWrite < COPIES;
  }

  /**
   * Whether the log may do without its entry while the disk has no space for it: it existed before
   * the entry, of which nothing is on disk.
   */
  boolean mayWait() {
    return existed && sequence == 0;
  }

  boolean isSettled() {
    return slotsToWrite == 0;
  }

  int index() {
    return index;
  }

  /** The log has no entry any more. */
  void removed() {
    log = null;
    sequence = 0;
    copy = 0;
    slotsToWrite = 0;
    urgent = false;
  }
}
