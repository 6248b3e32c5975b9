package io.millrace.storage.mapped;

import io.millrace.storage.RecoveryReport;

/**
 * One opening of a log.
 *
 * @param epoch its number
 * @param recovery what it found and did
 * @param checkpointed offset of the checkpoint that it found, 0 if there is none
 * @param onClose runs once, after the log is closed
 */
record LogOpening(int epoch, RecoveryReport recovery, long checkpointed, Runnable onClose) {}
