package io.millrace.storage.mapped.file;

/**
 * The small files of one log: everything that the log keeps on disk except its segments and their
 * indexes.
 */
public record SmallFiles(
    ManifestFiles manifest,
    DamageRecord damage,
    CheckpointFiles checkpoints,
    ClosedMarkFile closedMark) {

  /** The small files in a log's directory; none is read yet. */
  public static SmallFiles of(LogDirectory directory, Disk disk) {
    return new SmallFiles(
        new ManifestFiles(directory, disk),
        new DamageRecord(directory, disk),
        new CheckpointFiles(directory, disk),
        new ClosedMarkFile(directory, disk));
  }
}
