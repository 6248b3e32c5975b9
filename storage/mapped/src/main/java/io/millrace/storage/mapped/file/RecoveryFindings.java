package io.millrace.storage.mapped.file;

import io.millrace.storage.RecoveryFinding;
import java.util.ArrayList;
import java.util.List;

/**
 * The findings of one opening or check of a log, in the order in which they were made. One thread.
 */
public final class RecoveryFindings {

  private final List<RecoveryFinding> findings = new ArrayList<>();

  /**
   * Adds a finding, unless there is an equal one. Equal findings occur because a segment header is
   * read more than once.
   */
  public void add(RecoveryCase kind, String text) {
    RecoveryFinding finding = kind.finding(text);
    if (!findings.contains(finding)) {
      findings.add(finding);
    }
  }

  /** A snapshot. */
  public List<RecoveryFinding> all() {
    return List.copyOf(findings);
  }
}
