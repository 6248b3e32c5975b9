package io.millrace.storage.mapped.file;

import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;

/**
 * A handle of one log's entry in the {@link LogRegister}, which has all the values. The opening of
 * the log, then its flusher and retention change them. Any thread.
 *
 * <p>A method that says "durably" blocks on the disk. It also saves a change that an earlier call
 * could not save. All others change the memory only; the register writes the change within its
 * interval.
 */
public final class Registration {

  private final LogRegister register;
  private final LogId id;

  Registration(LogRegister register, LogId id) {
    this.register = register;
    this.id = id;
  }

  /** What the register says of the log; null if it has no entry. */
  public RegisteredLog log() {
    return register.log(id);
  }

  /**
   * Sets what an opening has found; durably, if segments differ from the entry or there is none. If
   * there is none, and no space for one, the log gets its entry later.
   */
  public void opened(RegisteredLog found) {
    register.put(id, found, false);
  }

  /**
   * Adds the entry of a log that is being created, durably.
   *
   * @throws StorageException {@code DISK_FULL} if there is no space for it
   */
  public void created(RegisteredLog log) {
    register.put(id, log, true);
  }

  /** Notes that every batch below an offset is durable. */
  public void durable(long offset) {
    register.note(id, log -> offset > log.durableOffset() ? log.withDurable(offset) : log);
  }

  /**
   * Notes durably that a segment must be there from now on; before a batch in it is reported as
   * durable, and after its name is durable.
   */
  public void requires(long segment) {
    register.save(id, log -> segment > log.newestSegment() ? log.withNewest(segment) : log);
  }

  /**
   * Notes durably that the log begins at a new start: all segments before it may be gone, before
   * they are deleted.
   *
   * @param offset at most the durable offset
   */
  public void startsAt(long offset) {
    register.save(id, log -> offset > log.startOffset() ? log.withStart(offset) : log);
  }

  /**
   * Requires that the log has an entry, so that what is noted durably is on disk.
   *
   * @throws StorageException {@code DISK_FULL} if the register was lost and there is no space
   */
  public void requireEntry() {
    register.requireEntry(id);
  }

  /** Notes durably that a segment may be gone, before recovery removes it. */
  public void removes(long segment) {
    register.save(
        id, log -> segment == log.newestSegment() ? log.withNewest(RegisteredLog.NO_SEGMENT) : log);
  }
}
