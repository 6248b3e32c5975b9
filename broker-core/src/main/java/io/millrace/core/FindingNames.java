package io.millrace.core;

/**
 * The names of what the broker itself finds at the start. An engine that finds the same in its
 * files uses the same names, so that a reader of the recovery report learns one name for each.
 */
final class FindingNames {

  /** The log of a topic is missing. */
  static final String NOTHING_LEFT = "NOTHING_LEFT";

  /** The state of a topic is damaged or missing. */
  static final String LOST_STATE = "LOST_STATE";

  private FindingNames() {}
}
