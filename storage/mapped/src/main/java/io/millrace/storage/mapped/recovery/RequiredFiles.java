package io.millrace.storage.mapped.recovery;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.ClosedMark;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.RecoveryCase;
import io.millrace.storage.mapped.file.RegisteredLog;
import java.util.ArrayList;
import java.util.List;

/**
 * What the register requires of a log, compared with the segments that are there. Without an entry
 * it requires nothing.
 *
 * @param registered null if the log has no entry
 * @param segments base offsets, ascending
 */
record RequiredFiles(RegisteredLog registered, List<Long> segments) {

  /**
   * The number of events for which a missing newest segment counts, if nothing states its end. The
   * offsets of acknowledged events must not be given again. A segment has less than 2^31 bytes, so
   * this is enough for 512 events in each byte, which only compressed batches of equal events
   * reach.
   */
  static final long MOST_EVENTS = 1L << 40;

  /** The start of the log; 0 without an entry. */
  long start() {
    return registered == null ? 0 : registered.startOffset();
  }

  /**
   * The segments of which all events are deleted: a later one reaches the start. Retention was
   * deleting them when the process ended, or was about to.
   *
   * @param checkpointed the offset of the checkpoint, 0 if there is none. The batches after it are
   *     replayed
   */
  List<Long> beforeStart(long checkpointed) {
    long kept = Math.min(start(), checkpointed);
    List<Long> left = new ArrayList<>();
    for (int i = 0; i < segments.size() - 1; i++) {
      if (segments.get(i + 1) <= kept) {
        left.add(segments.get(i));
      }
    }
    return left;
  }

  /** The base offsets of the segments that count, ascending. */
  List<Long> fromStart(long checkpointed) {
    return segments.subList(beforeStart(checkpointed).size(), segments.size());
  }

  /** Whether segments at the start of the log are missing. */
  boolean isOldestMissing() {
    return requiresSegment() && !segments.isEmpty() && segments.get(0) > registered.startOffset();
  }

  /**
   * The end of the offsets from the checkpoint on of which the batches are missing although their
   * events are deleted; the offset of the checkpoint if there are none.
   */
  long missingDeletedUpTo(long checkpointed) {
    long oldest = segments.isEmpty() ? checkpointed : segments.get(0);
    long deleted = registered == null ? oldest : Math.min(oldest, start());
    return Math.max(checkpointed, deleted);
  }

  /** Whether a segment must be there and there is none. */
  boolean isNothingLeft() {
    return requiresSegment() && segments.isEmpty();
  }

  /** The greatest offset up to which the log was durable, as the register knows it. */
  long registeredEnd() {
    return Math.max(registered.durableOffset(), registered.newestSegment());
  }

  /**
   * The refusal of a log of which nothing is left.
   *
   * @param durable the offset up to which it was durable
   * @param why how it is known that nothing is left
   */
  static StorageException nothingLeft(LogDirectory directory, long durable, String why) {
    return new StorageException(
            ErrorCode.CORRUPT_LOG,
            "log "
                + directory.path()
                + " was durable up to offset "
                + durable
                + ", but "
                + why
                + "; restore its files from a backup"
                + StorageException.OR_DELETE_TOPIC)
        .named(RecoveryCase.NOTHING_LEFT.name());
  }

  private boolean isNewestMissing() {
    return requiresSegment()
        && !segments.isEmpty()
        && !segments.contains(registered.newestSegment());
  }

  /** Whether retention has deleted segments. It never does so without a checkpoint. */
  boolean hasDroppedSegments() {
    return !segments.isEmpty() && segments.get(0) > 0 && (registered == null || start() > 0);
  }

  private boolean requiresSegment() {
    return registered != null && registered.hasSegment();
  }

  /** The base offset of the missing newest segment, or -1 if it is there. */
  long missingNewest() {
    return isNewestMissing() ? registered.newestSegment() : -1;
  }

  /**
   * The offset up to which all events count as durable.
   *
   * @param checkpointed the durable offset of the checkpoint, 0 if there is none
   * @param closed null if there is none
   */
  long durableOffset(long checkpointed, ClosedMark closed) {
    long registeredOffset = registered == null ? 0 : registered.durableOffset();
    long known = Math.max(checkpointed, registeredOffset);
    // A closed mark is deleted before a later batch becomes durable, so it states the end.
    boolean isEndKnown = closed != null && closed.endOffset() >= known;
    long durable = isEndKnown ? closed.endOffset() : known;
    if (!isNewestMissing()) {
      return durable;
    }
    for (long base : segments) {
      if (base > registered.newestSegment()) {
        return Math.max(durable, base);
      }
    }
    return isEndKnown ? durable : Math.max(durable, registered.newestSegment()) + MOST_EVENTS;
  }
}
