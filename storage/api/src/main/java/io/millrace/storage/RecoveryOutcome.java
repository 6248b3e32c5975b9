package io.millrace.storage;

/** What a storage engine did with the bytes of a finding, and so how severe the finding is. */
public enum RecoveryOutcome {
  /** The bytes are unchanged and in use. Nothing is lost. */
  KEPT,
  /** The bytes were removed from the end of the log. No event in them was durable. */
  TRUNCATED,
  /** The bytes were rebuilt from other bytes. Nothing is lost. */
  REBUILT,
  /**
   * What the bytes said is lost, and the log is used without it. Nothing can be read wrongly, but
   * the text of the finding says what may follow.
   */
  LOST,
  /** The bytes were deleted; they were never in use. Nothing is lost. */
  REMOVED,
  /**
   * The bytes are out of service and kept for analysis. If they contained durable events, a reader
   * that reaches their offsets is refused.
   */
  QUARANTINED,
  /** The bytes are unchanged, and the log is not opened. */
  REFUSED
}
