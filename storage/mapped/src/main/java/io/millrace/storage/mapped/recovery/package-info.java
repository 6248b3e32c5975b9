/**
 * Recovery turns the files of a log into a log that can be served. It runs after a crash and after
 * the log was closed cleanly. These eight classes act, in this order:
 *
 * <ol>
 *   <li>{@code Recovery} lists the files, reads the checkpoint, the closed mark and the damage
 *       record, and removes segments whose creation a crash interrupted. If the log was closed
 *       cleanly, it opens the log without a check.
 *   <li>{@code CheckpointReplay} gives the owner of the log the checkpoint's state and the headers
 *       of the batches after it. It also finds the position of the checkpoint, where a check
 *       starts, and whether the batch headers lead from there to the end that the closed mark
 *       states.
 *   <li>{@code TailRecovery} checks a log that was not closed cleanly, segment by segment. At each
 *       point without a valid batch it decides: the next segment continues the log; or durable
 *       batches are damaged; or the log ends here.
 *   <li>{@code BatchCursor} (package {@code file}) checks the batch at a position and moves to the
 *       next one.
 *   <li>{@code StopPoint} is a point at which the cursor found no valid batch. It determines the
 *       offset up to which the log was durable. This offset distinguishes damage from the end of
 *       the log. {@code StopPoint} also finds the end of the damage.
 *   <li>{@code SegmentTail} (package {@code file}) is the rest of the segment after the end: zeros,
 *       or a torn tail. It finds the durable offsets that the batch headers in it state.
 *   <li>{@code RecoveryActions} makes all changes: it removes files, copies damaged bytes to the
 *       quarantine, repairs segment headers and truncates the torn tail. Each change adds a finding
 *       to the report.
 *   <li>{@code UnsyncedRewrite} rewrites every batch that is not known to be durable, and fsyncs
 *       it.
 * </ol>
 *
 * <p>The result is a {@code RecoveredLog}, plain data from which the engine opens the log. {@code
 * RepairPlan} makes the same decisions for {@code millrace log repair} and changes nothing.
 *
 * <p>Recovery reads segments with system calls and never through a mapping: if a mapping is longer
 * than its file, a checksum over it crashes the JVM. The cases and the file formats are in {@code
 * docs/file-format.md}.
 */
package io.millrace.storage.mapped.recovery;
