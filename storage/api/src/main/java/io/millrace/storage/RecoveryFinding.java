package io.millrace.storage;

/**
 * One thing that the opening of a log found.
 *
 * @param name what kind of finding it is: a name in capitals that the engine documents, such as
 *     {@code TORN_TAIL}
 * @param outcome what the engine did
 * @param text what was found and where; one sentence
 */
public record RecoveryFinding(String name, RecoveryOutcome outcome, String text) {}
