package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.DiskFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when segments of an open log are checked. A segment in which a reader finds damage is
 * checked at once; segments that recovery did not check are checked after the start; a repair
 * checks all segments. Any thread.
 */
final class LogChecks {

  private static final Logger LOG = LoggerFactory.getLogger(LogChecks.class);

  private final SegmentCheckFactory factory;
  private final LogView view;
  private final Executor background;
  private final long uncheckedEnd;

  /**
   * @param background runs the checks that readers start
   * @param uncheckedEnd recovery did not check the payloads of the batches below this offset
   */
  LogChecks(SegmentCheckFactory factory, LogView view, Executor background, long uncheckedEnd) {
    this.factory = factory;
    this.view = view;
    this.background = background;
    this.uncheckedEnd = uncheckedEnd;
  }

  /**
   * Starts a check of a whole segment in the background, after a reader found bytes that are no
   * batch. The check finds where the damage begins and ends. A segment whose length has not changed
   * is not checked again.
   */
  void start(Segment segment) {
    if (segment.beginCheck()) {
      background.execute(() -> check(segment));
    }
  }

  /** Starts a check if the failure of a reader is due to the bytes of the segment. */
  void startIfCorrupt(Segment segment, StorageException failure) {
    switch (failure.code()) {
      case CORRUPT_LOG, LOG_TOO_NEW, LOG_TOO_OLD -> start(segment);
      default -> {
        // The bytes were not read.
      }
    }
  }

  private void check(Segment segment) {
    try (SegmentCheck check = factory.create(segment, view.durable())) {
      finish(check);
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

  /** A file that is missing stays damage: no later check would find it. */
  private static void finish(SegmentCheck check) throws IOException {
    try {
      check.finish();
    } catch (StorageException e) {
      if (e.code() != ErrorCode.CORRUPT_LOG || check.isGone()) {
        throw e;
      }
      check.failed(e);
    }
  }

  /** Checks of the batches that recovery did not check and that are not deleted, oldest first. */
  List<SegmentCheck> unchecked() {
    return view.segments().all().stream()
        .filter(segment -> segment.baseOffset() < uncheckedEnd && !view.isDeleted(segment))
        .map(segment -> factory.create(segment, uncheckedEnd))
        .toList();
  }

  /**
   * Checks every durable batch and builds every missing index. Nothing else uses the log meanwhile.
   * Blocks on the disk.
   *
   * @return the changes, one sentence each
   */
  List<String> runAll() {
    Set<DamagedRange> known = Set.copyOf(factory.damage().all());
    List<String> changes = new ArrayList<>();
    for (Segment segment : view.segments().all()) {
      if (view.isDeleted(segment)) {
        continue;
      }
      try (SegmentCheck check = factory.create(segment, view.durable())) {
        check.finish();
        check.findings().forEach(finding -> changes.add(finding.text()));
      } catch (IOException e) {
        throw DiskFailure.of("check", segment.file().path(), e);
      }
      if (buildIndex(segment)) {
        changes.add("built the index of " + segment.file().path().getFileName());
      }
    }
    factory.damage().all().stream()
        .filter(range -> !known.contains(range) && !factory.damage().isDeleted(range))
        .map(LogChecks::noted)
        .forEach(changes::add);
    return changes;
  }

  private static String noted(DamagedRange range) {
    long last = range.endOffset() - 1;
    return range.bytes() == 0
        ? "offsets %d to %d are missing".formatted(range.firstOffset(), last)
        : "offsets %d to %d are damaged; their %d bytes were copied to the quarantine"
            .formatted(range.firstOffset(), last, range.bytes());
  }

  /** Loads the index; true if its file could not be used, so that the index was built. */
  private static boolean buildIndex(Segment segment) {
    boolean usable =
        segment.endOffset() == Segment.UNSEALED || segment.hasIndexFile(segment.endOffset());
    segment.index();
    return !usable;
  }
}
