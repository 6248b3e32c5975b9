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

  /** What is missing, one sentence each. */
  List<String> sentences() {
    Optional<RegisteredView> required = log.registered();
    List<String> missing = missing(required);
    while (!missing.isEmpty()) {
      Optional<RegisteredView> now = log.registeredNow();
      if (isSame(required, now)) {
        break;
      }
      required = now;
      missing = missing(required);
    }
    return missing;
  }

  private static boolean isSame(Optional<RegisteredView> before, Optional<RegisteredView> now) {
    return before.map(RegisteredView::startOffset).equals(now.map(RegisteredView::startOffset))
        && before.map(RegisteredView::newestSegment).equals(now.map(RegisteredView::newestSegment));
  }

  private List<String> missing(Optional<RegisteredView> entry) {
    return entry
        .filter(required -> required.newestSegment() >= 0)
        .map(required -> missing(required, log.files()))
        .orElse(List.of());
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
