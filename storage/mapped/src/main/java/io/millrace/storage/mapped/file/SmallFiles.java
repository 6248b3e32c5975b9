package io.millrace.storage.mapped.file;

/**
 * The small files of one log: everything that the log keeps on disk except its segments and their
 * indexes.
 *
 * @param registration the log's entry in the register, which all logs share
 */
public record SmallFiles(
    Registration registration,
    ManifestFiles manifest,
    DamageRecord damage,
    CheckpointFiles checkpoints,
    ClosedMarkFile closedMark) {

  /** The small files in a log's directory; none is read yet. */
  public static SmallFiles of(LogDirectory directory, Disk disk, Registration registration) {
    return new SmallFiles(
        registration,
        new ManifestFiles(directory, disk),
        new DamageRecord(directory, disk),
        new CheckpointFiles(directory, disk),
        new ClosedMarkFile(directory, disk));
  }
}
