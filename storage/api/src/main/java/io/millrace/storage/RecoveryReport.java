package io.millrace.storage;

import java.util.List;

/**
 * What opening a log found and did.
 *
 * @param clean whether the last user closed it in order
 * @param checkedBatches batches whose checksums were verified
 * @param checkedBytes bytes of those batches
 * @param truncatedAt offset at which a torn tail was cut off, or -1
 * @param truncatedBytes bytes that were not zero in the torn tail
 * @param findings what was out of order and what was done about it
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

  /** The findings as sentences. */
  public List<String> notes() {
    return findings.stream().map(RecoveryFinding::text).toList();
  }
}
