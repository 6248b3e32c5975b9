package io.millrace.storage;

/**
 * One thing that the opening of a log found.
 *
 * @param name what kind of finding it is: a name in capitals that the engine documents, such as
 *     {@code TORN_TAIL}
 * @param outcome what the engine did
 * @param text what was found and where; one sentence
 */
public record RecoveryFinding(String name, RecoveryOutcome outcome, String text) {

  /**
   * All batches of a log are gone. Engines use this name for it, and so does the broker when a log
   * on record does not exist.
   */
  public static final String NOTHING_LEFT = "NOTHING_LEFT";

  /** A state is damaged or missing and cannot be restored. Engines and the broker use this name. */
  public static final String LOST_STATE = "LOST_STATE";
}
