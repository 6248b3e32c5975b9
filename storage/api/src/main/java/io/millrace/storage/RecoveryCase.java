package io.millrace.storage;

/**
 * Everything that can be wrong with the files of a log when it is opened, or with the states beside
 * the logs, and what the engine does about it. This is the table in {@code docs/file-format.md}.
 */
public enum RecoveryCase {
  CLEAN(
      Outcome.KEPT,
      "`closed` fits",
      "no batch is checked; the batches after the checkpoint are replayed"),
  UNCLEAN(
      Outcome.KEPT,
      "no `closed`, or one that is damaged or does not fit",
      "every batch from the checkpoint on is checked and replayed"),
  PREALLOCATED_ZEROS(
      Outcome.KEPT,
      "only zeros after the last good batch, and no sign that more was synced",
      "the log ends at the last good batch"),
  TORN_TAIL(
      Outcome.TRUNCATED,
      "other bytes after the last good batch, not known to be synced",
      "overwritten with zeros: they were never acknowledged as synced"),
  TORN_THEN_WHOLE(
      Outcome.TRUNCATED,
      "a torn batch followed by whole batches, not known to be synced",
      "the torn batch and everything after it is overwritten with zeros, and later "
          + "segments are deleted: a log has no unreported gaps"),
  DAMAGE_BELOW_SYNCED(
      Outcome.QUARANTINED,
      "a batch below the synced offset is damaged or gone, or the disk cannot read it",
      "its bytes are copied to `quarantine` and its offsets noted in `damage`; all "
          + "others are served"),
  MISSING_SEGMENT(
      Outcome.QUARANTINED,
      "a segment is missing below the synced offset",
      "its offsets are noted in `damage`; all others are served"),
  DAMAGED_SEGMENT_HEADER(
      Outcome.QUARANTINED,
      "the header of a segment that has batches is damaged",
      "it is copied to `quarantine` and rewritten from the names of the directory and "
          + "the file"),
  OVERLAPPING_SEGMENTS(
      Outcome.QUARANTINED,
      "a segment begins before the offset at which the one before it ends",
      "it is moved to `quarantine` as a whole"),
  UNUSABLE_INDEX(
      Outcome.REBUILT,
      "an index is missing, damaged or does not fit its segment",
      "rebuilt from the segment when it is first needed"),
  DAMAGED_CHECKPOINT(
      Outcome.REBUILT,
      "`checkpoint` is missing or damaged, and `checkpoint.copy` is whole",
      "restored from the copy"),
  UNUSABLE_CHECKPOINT(
      Outcome.REBUILT,
      "`checkpoint` and its copy are missing or damaged",
      "every batch is checked and replayed, from the oldest segment on"),
  UNUSABLE_DAMAGE_RECORD(
      Outcome.REBUILT,
      "`damage` is damaged",
      "moved to `quarantine`; every batch is checked, which finds the ranges again"),
  DAMAGED_STATE(
      Outcome.REBUILT,
      "a state or its copy is missing or damaged",
      "restored from the other file, which holds every completed change; the damaged "
          + "file is moved to `quarantine`"),
  HALF_CREATED_SEGMENT(
      Outcome.REMOVED,
      "the newest segment has no header: a crash interrupted its creation",
      "deleted: its first 64 bytes are zero and nothing says that some of it was "
          + "synced, or there is no batch in it"),
  LEFTOVER_FILE(
      Outcome.REMOVED, "`*.tmp`, or an index without a segment", "deleted: it was never in use"),
  FOREIGN_SEGMENT(
      Outcome.REFUSED,
      "a segment's whole header names another topic, partition or offset",
      "`CORRUPT_LOG` for this log; the segment is not touched, because files were mixed up"),
  NOTHING_LEFT(
      Outcome.REFUSED,
      "all segments are missing, although `checkpoint` or `closed` says that events "
          + "were synced",
      "`CORRUPT_LOG` for this log; nothing is changed"),
  LOST_STATE(
      Outcome.REFUSED,
      "a state is damaged, and its copy is damaged or missing",
      "`CORRUPT_LOG`: for one topic, if it is that of a topic, else the broker does not start;"
          + " nothing is changed"),
  OTHER_VERSION(
      Outcome.REFUSED,
      "a file or batch of a version that this build does not read, other than `closed` "
          + "and indexes, which are rebuilt",
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
    /** Rebuilt from other bytes. */
    REBUILT,
    /** Deleted: they were never in use. */
    REMOVED,
    /** Moved to the quarantine; a reader gets an error for the missing offsets. */
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
