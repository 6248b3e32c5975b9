package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.RecoveryOutcome;
import io.millrace.storage.StorageException;

/**
 * What can be wrong with the files of a log when it is opened, or with the states beside the logs,
 * and what the engine does. This is the table in {@code docs/file-format.md}.
 */
public enum RecoveryCase {
  CLEAN(
      RecoveryOutcome.KEPT,
      "`closed` matches the log",
      "no batch is checked; the batches after the checkpoint are replayed"),
  UNCLEAN(
      RecoveryOutcome.KEPT,
      "no `closed`, or one that is damaged or does not match the log",
      "every batch from the checkpoint on is checked and replayed"),
  PREALLOCATED_ZEROS(
      RecoveryOutcome.KEPT,
      "only zeros after the last good batch, none of them known to be durable",
      "the log ends at the last good batch"),
  TORN_TAIL(
      RecoveryOutcome.TRUNCATED,
      "other bytes after the last good batch, not known to be durable",
      "truncated: overwritten with zeros"),
  TORN_THEN_WHOLE(
      RecoveryOutcome.TRUNCATED,
      "a torn tail that contains whole batches, not known to be durable",
      "truncated: overwritten with zeros, and later segments are deleted. A log has no unreported "
          + "gaps"),
  DAMAGE_BELOW_SYNCED(
      RecoveryOutcome.QUARANTINED,
      "a durable batch is damaged or gone, or the disk cannot read it",
      "its bytes are copied to `quarantine` and its offsets noted in `damage`; all "
          + "others are served"),
  MISSING_SEGMENT(
      RecoveryOutcome.QUARANTINED,
      "a segment with durable batches is missing: one between two others, or the oldest or newest one "
          + "that the register names",
      "its offsets are noted in `damage`; all others are served. In the place of the oldest one, an "
          + "empty segment is created"),
  MISSING_DELETED_SEGMENT(
      RecoveryOutcome.LOST,
      "a segment is missing of which all events are deleted, and which the checkpoint does not cover",
      "the state is made from the checkpoint and the batches that are left. If an import or a producer "
          + "repeats an event of the segment, it is stored again"),
  DAMAGED_SEGMENT_HEADER(
      RecoveryOutcome.QUARANTINED,
      "the header of a segment with batches is damaged",
      "it is copied to `quarantine` and rewritten from `manifest` and the name of the file"),
  OVERLAPPING_SEGMENTS(
      RecoveryOutcome.QUARANTINED,
      "a segment begins before the offset at which the previous one ends",
      "it is moved to `quarantine` as a whole"),
  UNUSABLE_INDEX(
      RecoveryOutcome.REBUILT,
      "an index is missing, damaged or does not match its segment",
      "rebuilt from the segment when it is first needed"),
  DAMAGED_CHECKPOINT(
      RecoveryOutcome.REBUILT,
      "`checkpoint` is missing or damaged, and `checkpoint.copy` is whole",
      "restored from the copy"),
  UNUSABLE_CHECKPOINT(
      RecoveryOutcome.REBUILT,
      "`checkpoint` and its copy are damaged, or missing although retention has deleted segments, "
          + "which it does not do before the first checkpoint",
      "every batch is checked and replayed, from the oldest segment on"),
  DAMAGED_MANIFEST(
      RecoveryOutcome.REBUILT,
      "`manifest` is missing or damaged, and `manifest.copy` or the header of a segment is whole",
      "restored from the copy, or from the header"),
  UNUSABLE_DAMAGE_RECORD(
      RecoveryOutcome.REBUILT,
      "`damage` is damaged",
      "moved to `quarantine`; every batch is checked, which finds all ranges"),
  DAMAGED_STATE(
      RecoveryOutcome.REBUILT,
      "a state or its copy is missing or damaged",
      "restored from the other file, which holds every completed change; the damaged "
          + "file is moved to `quarantine`"),
  DAMAGED_REGISTER(
      RecoveryOutcome.LOST,
      "`register` has no entry of a log that has a manifest",
      "a new entry is made from the files of the log. Segments that are missing at its start or its "
          + "end are not noticed"),
  HALF_CREATED_SEGMENT(
      RecoveryOutcome.REMOVED,
      "the newest segment has no valid header and no batch, or its header is all zeros; "
          + "none of its events is known to be durable",
      "deleted: a crash interrupted its creation"),
  LEFTOVER_FILE(
      RecoveryOutcome.REMOVED,
      "`*.tmp`, an index without a segment, or a segment before the start in `register` that the"
          + " checkpoint covers",
      "deleted: it was never in use, or its events were deleted before"),
  FOREIGN_SEGMENT(
      RecoveryOutcome.REFUSED,
      "in a segment whose batches the opening reads, or in the newest one, the whole header names "
          + "another topic, partition or offset, or has another key",
      "`CORRUPT_LOG` for this log; the segment is not touched, because files were mixed up"),
  NOTHING_LEFT(
      RecoveryOutcome.REFUSED,
      "all segments or the whole directory of the log are missing, although `register`, `checkpoint` or "
          + "`closed` shows that there were durable events",
      "`CORRUPT_LOG` for this log; nothing is changed"),
  LOST_KEY(
      RecoveryOutcome.REFUSED,
      "`manifest`, its copy and the headers of all segments are missing or damaged",
      "`CORRUPT_LOG` for this log; nothing is changed, because no batch can be proved"),
  LOST_STATE(
      RecoveryOutcome.REFUSED,
      "neither a state nor its copy can be used: one is damaged, the other is damaged or "
          + "missing",
      "`CORRUPT_LOG`. A state of one topic: the broker refuses this topic. Any other "
          + "state: the broker does not start. Nothing is changed"),
  OTHER_VERSION(
      RecoveryOutcome.REFUSED,
      "a file or batch, except `closed` and indexes, has a version that this build does not "
          + "read",
      "`LOG_TOO_NEW` or `LOG_TOO_OLD`. A file of a log: the broker refuses this log. Any "
          + "other file: the broker does not start. The file is not touched"),
  UNREADABLE(
      RecoveryOutcome.REFUSED,
      "the system reports an error, other than bytes that the disk cannot read",
      "`STORAGE_FAILED`, `DISK_FULL` or `RESOURCES_EXHAUSTED` for this log; another attempt to open it may succeed");

  private final RecoveryOutcome outcome;
  private final String found;
  private final String done;

  RecoveryCase(RecoveryOutcome outcome, String found, String done) {
    this.outcome = outcome;
    this.found = found;
    this.done = done;
  }

  public RecoveryOutcome outcome() {
    return outcome;
  }

  /** A finding of this case. */
  RecoveryFinding finding(String text) {
    return new RecoveryFinding(name(), outcome, text);
  }

  /** Names the failure of an opening after its case, unless it has a name. */
  public static StorageException named(StorageException failure) {
    return failure.finding().isPresent() ? failure : failure.named(of(failure.code()).name());
  }

  private static RecoveryCase of(ErrorCode refusal) {
    return switch (refusal) {
      case CORRUPT_LOG -> FOREIGN_SEGMENT;
      case LOG_TOO_NEW, LOG_TOO_OLD -> OTHER_VERSION;
      default -> UNREADABLE;
    };
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
