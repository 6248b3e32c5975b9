package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.DamagedRange;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.IndexRebuild;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the segments of an open log are checked: where a reader has come upon damage, after a start
 * what was not looked at, in a repair all of them. Any thread.
 */
public final class LogChecks {

  private static final Logger LOG = LoggerFactory.getLogger(LogChecks.class);

  private final LogParts parts;
  private final SegmentList segments;
  private final LongSupplier durable;
  private final long uncheckedEnd;

  /**
   * @param durable one past the last offset forced, now
   * @param uncheckedEnd batches below were trusted without a look when the log was opened
   */
  LogChecks(LogParts parts, SegmentList segments, LongSupplier durable, long uncheckedEnd) {
    this.parts = parts;
    this.segments = segments;
    this.durable = durable;
    this.uncheckedEnd = uncheckedEnd;
  }

  /**
   * Somebody came upon bytes that are no batch: has the whole segment checked in the background, so
   * that the damage gets a beginning and an end. Once, while it does not grow: what is damaged
   * stays so.
   */
  void suspect(Segment segment) {
    if (segment.beginCheck()) {
      parts.background().execute(() -> check(segment));
    }
  }

  /** As {@link #suspect}, where a failure is due to such bytes. */
  void suspectIfCorrupt(Segment segment, StorageException failure) {
    if (failure.code() == ErrorCode.CORRUPT_LOG) {
      suspect(segment);
    }
  }

  private void check(Segment segment) {
    try (SegmentCheck check = new SegmentCheck(parts, segment, durable.getAsLong())) {
      check.finish();
    } catch (IOException | StorageException e) {
      segment.checkFailed();
      if (!segment.file().isClosed()) {
        LOG.warn(
            "event=segment_not_checked file={} reason=\"{}\"",
            segment.file().path(),
            e.getMessage());
      }
    }
  }

  /** Checks of the batches that opening the log trusted without a look, the oldest first. */
  List<SegmentCheck> unchecked() {
    return segments.all().stream()
        .filter(segment -> segment.baseOffset() < uncheckedEnd)
        .map(segment -> new SegmentCheck(parts, segment, uncheckedEnd))
        .toList();
  }

  /**
   * Checks every durable batch and builds every index that is missing. Nobody else uses the log
   * meanwhile.
   *
   * @return what was done, one sentence each
   */
  public List<String> runAll() {
    Set<DamagedRange> known = Set.copyOf(parts.damage().all());
    List<String> done = new ArrayList<>();
    for (Segment segment : segments.all()) {
      try (SegmentCheck check = new SegmentCheck(parts, segment, durable.getAsLong())) {
        check.finish();
        check.findings().forEach(finding -> done.add(finding.text()));
      } catch (IOException e) {
        throw DiskFailure.of("check", segment.file().path(), e);
      }
      if (buildIndex(segment)) {
        done.add("built the index of " + segment.file().path().getFileName());
      }
    }
    parts.damage().all().stream()
        .filter(range -> !known.contains(range))
        .map(
            range ->
                "offsets %d to %d are damaged; their %d bytes were copied to the quarantine"
                    .formatted(range.firstOffset(), range.endOffset() - 1, range.bytes()))
        .forEach(done::add);
    return done;
  }

  /** False if there was one that can be used, or need not be. */
  private boolean buildIndex(Segment segment) {
    boolean usable =
        segment.endOffset() == Segment.UNSEALED
            || IndexRebuild.isUsable(
                parts.directory(), segment.baseOffset(), segment.end(), segment.endOffset());
    segment.index();
    return !usable;
  }
}
