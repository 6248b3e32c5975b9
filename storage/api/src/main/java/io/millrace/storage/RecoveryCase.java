package io.millrace.storage;

/**
 * Everything that can be wrong with the files of a log when it is opened, or with the states beside
 * the logs, and what is done about it. This is the table in {@code docs/file-format.md}; nothing
 * else is done to a log unasked.
 */
public enum RecoveryCase {
  CLEAN(
      Outcome.KEPT, "`closed` fits", "nothing is checked; what follows the checkpoint is replayed"),
  UNCLEAN(
      Outcome.KEPT,
      "no `closed`, or one that is damaged or does not fit",
      "every batch from the checkpoint on is checked and replayed"),
  PREALLOCATED_ZEROS(
      Outcome.KEPT,
      "only zeros behind the last good batch, which nothing says were more",
      "the log ends at the last good batch"),
  TORN_TAIL(
      Outcome.TRUNCATED,
      "other bytes behind the last good batch, not known to be synced",
      "overwritten with zeros: they were never acknowledged as synced"),
  TORN_THEN_WHOLE(
      Outcome.TRUNCATED,
      "a torn batch with whole ones behind it, not known to be synced",
      "the same, from the torn batch on, and later segments are deleted: a log has no holes that"
          + " nobody was told of"),
  DAMAGE_BELOW_SYNCED(
      Outcome.QUARANTINED,
      "a batch below the synced offset is damaged or gone, or the disk cannot read it",
      "its bytes are copied to `quarantine` and its offsets noted in `damage`; all others are"
          + " served"),
  MISSING_SEGMENT(
      Outcome.QUARANTINED,
      "a segment is missing below the synced offset",
      "its offsets are noted in `damage`; all others are served"),
  DAMAGED_SEGMENT_HEADER(
      Outcome.QUARANTINED,
      "the header of a segment that has batches is damaged",
      "it is copied to `quarantine` and written anew from the names of directory and file"),
  OVERLAPPING_SEGMENTS(
      Outcome.QUARANTINED,
      "a segment begins before the offset at which the one before it ends",
      "it is moved to `quarantine` as a whole"),
  UNUSABLE_INDEX(
      Outcome.REBUILT,
      "an index is missing, damaged or does not fit its segment",
      "built anew from the segment when it is first needed"),
  DAMAGED_CHECKPOINT(
      Outcome.REBUILT,
      "`checkpoint` is missing or damaged, and `checkpoint.copy` is whole",
      "made anew from the copy"),
  UNUSABLE_CHECKPOINT(
      Outcome.REBUILT,
      "`checkpoint` and its copy are missing or damaged",
      "every batch is checked and replayed, from the oldest segment on"),
  UNUSABLE_DAMAGE_RECORD(
      Outcome.REBUILT,
      "`damage` is damaged",
      "set aside in `quarantine`; every batch is checked, which finds the ranges again"),
  DAMAGED_STATE(
      Outcome.REBUILT,
      "a state or its copy is missing or damaged",
      "made anew from the other, which is as new; the damaged file is moved to `quarantine`"),
  HALF_CREATED_SEGMENT(
      Outcome.REMOVED,
      "the newest segment has no header and is what a crash leaves of a new one",
      "deleted: its first 64 bytes are zero and nothing says that some of it was synced, or there is"
          + " no batch in it"),
  LEFTOVER_FILE(
      Outcome.REMOVED, "`*.tmp`, or an index without a segment", "deleted: it was never in use"),
  FOREIGN_SEGMENT(
      Outcome.REFUSED,
      "a segment's whole header names another topic, partition or offset",
      "`CORRUPT_LOG` for this log; the segment is not touched, since somebody has mixed up files"),
  NOTHING_LEFT(
      Outcome.REFUSED,
      "no segment is left of a log that was synced further, as `checkpoint` or `closed` says",
      "`CORRUPT_LOG` for this log; nothing is changed"),
  LOST_STATE(
      Outcome.REFUSED,
      "a state is damaged, and its copy is damaged or missing",
      "`CORRUPT_LOG`, and the broker does not start; nothing is changed"),
  OTHER_VERSION(
      Outcome.REFUSED,
      "a file or batch of a version that this build does not read, other than `closed` and"
          + " indexes, which are made anew",
      "`LOG_TOO_NEW` or `LOG_TOO_OLD` for this log; the file is not touched"),
  UNREADABLE(
      Outcome.REFUSED,
      "the system reports an error, other than bytes that the disk cannot read",
      "`STORAGE_FAILED` or `DISK_FULL` for this log; opening it again may succeed");

  /** What becomes of the bytes in question. */
  public enum Outcome {
    /** They stay as they are. */
    KEPT,
    /** Cut off the end. */
    TRUNCATED,
    /** Made anew from other bytes. */
    REBUILT,
    /** Deleted: nobody can miss them. */
    REMOVED,
    /** Kept aside; readers are told what is missing. */
    QUARANTINED,
    /** They stay as they are, and the log is not opened. */
    REFUSED
  }

  private final Outcome outcome;
  private final String found;
  private final String done;

  RecoveryCase(Outcome outcome, String found, String done) {
    this.outcome = outcome;
    this.found = found;
    this.done = done;
  }

  public Outcome outcome() {
    return outcome;
  }

  /** What is found, in Markdown. */
  public String found() {
    return found;
  }

  /** What is done then, in Markdown. */
  public String done() {
    return done;
  }
}
