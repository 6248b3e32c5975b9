package io.millrace.storage;

/**
 * One thing that opening a log came upon.
 *
 * @param kind which of the cases it is
 * @param text what and where, one sentence
 */
public record RecoveryFinding(RecoveryCase kind, String text) {}
