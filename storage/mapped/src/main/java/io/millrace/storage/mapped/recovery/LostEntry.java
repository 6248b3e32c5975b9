package io.millrace.storage.mapped.recovery;

import io.millrace.storage.mapped.file.RegisteredLog;

/**
 * A log whose entry the register has lost. A log that is being created has a manifest first, then
 * its entry, then its first segment. If a crash comes before the entry, its topic is on record as
 * being created, and the next start deletes the log. So a log with a manifest that is opened or
 * served had an entry.
 */
public final class LostEntry {

  /** What this means for the events of the log. */
  private static final String EFFECT =
      "deletions of events may be undone, and a loss of segments at its start or end is not noticed:"
          + " if its newest segment is lost too, its offsets are given again";

  /** The entry is lost. */
  public static final String FOUND =
      "the register has no entry of this log: "
          + EFFECT
          + "; restore the data directory from a copy, or start the broker, which makes a new entry,"
          + " and delete the events again";

  /** The step of a repair. */
  static final String TO_DO = "make a new entry in the register, which has none: " + EFFECT;

  /** The entry was lost, and there is a new one. */
  static final String MADE =
      "the register had no entry of this log, and got a new one, made from the files of the log: "
          + EFFECT
          + "; check the disk, compare the offsets with those of a copy, and delete again the events"
          + " that were deleted";

  private LostEntry() {}

  /**
   * Whether the entry of a log is lost.
   *
   * @param registered null if the log has no entry
   * @param exists whether the log has a key that is on disk
   */
  public static boolean isLost(RegisteredLog registered, boolean exists) {
    return registered == null && exists;
  }
}
