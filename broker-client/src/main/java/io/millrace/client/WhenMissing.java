package io.millrace.client;

/** Where a group reads on in a partition in which its position is missing. */
public enum WhenMissing {
  /** At the first event that is kept. */
  EARLIEST,
  /** At the first event that becomes visible from now on. Events before it are not read. */
  LATEST,
  /** Nowhere: the consumer fails. Its message says what is missing and what to do. */
  FAIL
}
