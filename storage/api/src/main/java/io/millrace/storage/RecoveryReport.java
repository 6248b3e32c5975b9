package io.millrace.storage;

import java.util.List;

/**
 * What the opening of a log found and did. Immutable.
 *
 * @param clean whether the log had been closed cleanly
 * @param checkedBatches number of batches whose checksums were verified
 * @param checkedBytes number of bytes of those batches
 * @param truncatedAt end offset after bytes were removed from the end of the log; -1 if none were
 * @param truncatedBytes number of bytes that were removed; preallocated zeros do not count
 * @param findings in the order in which they were made; empty if everything was in order
 */
public record RecoveryReport(
    boolean clean,
    long checkedBatches,
    long checkedBytes,
    long truncatedAt,
    long truncatedBytes,
    List<RecoveryFinding> findings) {

  public RecoveryReport {
    findings = List.copyOf(findings);
  }

  /** The texts of the findings. */
  public List<String> notes() {
    return findings.stream().map(RecoveryFinding::text).toList();
  }
}
