package io.millrace.storage.mapped.tool;

import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.tool.LogInspector.RegisteredView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The segments that the register requires and that are not there. A broker that uses the directory
 * may change the entry of the log and then delete segments. Therefore only what an entry requires
 * before and after the directory is listed counts as missing. One thread.
 */
final class MissingSegments {

  private final LogInspector log;

  MissingSegments(LogInspector log) {
    this.log = log;
  }

  /** What a log requires. */
  private record Required(Optional<RegisteredView> entry, Optional<Long> checkpointed) {

    private boolean isSameAs(Required other) {
      return checkpointed.equals(other.checkpointed)
          && entry.map(RegisteredView::startOffset).equals(start(other))
          && entry
              .map(RegisteredView::newestSegment)
              .equals(other.entry.map(RegisteredView::newestSegment));
    }

    private static Optional<Long> start(Required required) {
      return required.entry.map(RegisteredView::startOffset);
    }
  }

  /** What is missing, one sentence each. */
  List<String> sentences() {
    Required required = new Required(log.registered(), log.checkpointed());
    List<String> missing = missing(required);
    while (!missing.isEmpty()) {
      Required now = new Required(log.registeredNow(), log.checkpointed());
      if (required.isSameAs(now)) {
        break;
      }
      required = now;
      missing = missing(required);
    }
    return missing;
  }

  private List<String> missing(Required required) {
    List<String> missing = new ArrayList<>();
    required
        .entry()
        .filter(entry -> entry.newestSegment() >= 0)
        .ifPresent(entry -> missing.addAll(missing(entry, log.files())));
    missing.addAll(missingForState(required));
    return missing;
  }

  /** The batches that no reader gets, but that are replayed after the checkpoint. */
  private List<String> missingForState(Required required) {
    List<Long> segments = log.files().list().segments();
    if (segments.isEmpty() || required.checkpointed().isEmpty()) {
      return List.of();
    }
    long from = required.checkpointed().get();
    long oldest = segments.get(0);
    long to = Math.min(oldest, Required.start(required).orElse(oldest));
    return to <= from ? List.of() : List.of(forState(from, to));
  }

  /** What is missing that only the state needs. */
  static String forState(long from, long to) {
    return "the batches from offset "
        + from
        + " to "
        + (to - 1)
        + " are missing, which the checkpoint does not cover; their events are deleted";
  }

  private static List<String> missing(RegisteredView required, LogDirectory files) {
    List<Long> segments = files.list().segments();
    if (segments.isEmpty()) {
      return List.of(
          "all segments of the log are missing, it was durable up to offset "
              + Math.max(required.durableOffset(), required.newestSegment()));
    }
    List<String> missing = new ArrayList<>();
    if (segments.get(0) > required.startOffset()) {
      missing.add(
          "the log begins at offset "
              + required.startOffset()
              + ", but its oldest segment is "
              + files.segment(segments.get(0)).getFileName());
    }
    if (!segments.contains(required.newestSegment())) {
      missing.add(
          "the newest segment "
              + files.segment(required.newestSegment()).getFileName()
              + " is missing");
    }
    return missing;
  }
}
