package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoint of a log and a copy of it, which is used if the checkpoint is damaged. If both are
 * lost, recovery reads every batch, and state from batches that retention has dropped is lost. The
 * copy is written without an fsync: it protects against a disk that loses bytes, not against a
 * power failure.
 */
public final class CheckpointFiles {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointFiles.class);

  private final LogDirectory directory;
  private final Disk disk;

  CheckpointFiles(LogDirectory directory, Disk disk) {
    this.directory = directory;
    this.disk = disk;
  }

  /**
   * Replaces the checkpoint durably, then its copy. If the disk has no space for another file,
   * overwrites both in place.
   *
   * @return whether there was space for other files
   * @throws StorageException {@code DISK_FULL} if neither is possible; the previous checkpoint
   *     stays
   */
  public boolean write(Checkpoint checkpoint) {
    try {
      checkpoint.write(directory, disk);
    } catch (StorageException e) {
      if (e.code() != ErrorCode.DISK_FULL || !overwrite(checkpoint)) {
        throw e;
      }
      return false;
    }
    writeCopy(checkpoint);
    return true;
  }

  /**
   * Overwrites the copy and then the checkpoint, each with an fsync. A crash can damage the file
   * that is being overwritten; the other one is then valid and on disk. So retention, which waits
   * for the new checkpoint, never drops what the remaining one needs.
   *
   * @return false if the checkpoint is missing or damaged, or one of the files is missing or has
   *     not enough blocks; a checkpoint is still valid
   */
  private boolean overwrite(Checkpoint checkpoint) {
    if (readOrNull(() -> Checkpoint.read(directory), new ArrayList<>()) == null) {
      return false;
    }
    return checkpoint.overwrite(directory.checkpointCopy(), directory, disk)
        && checkpoint.overwrite(directory.checkpoint(), directory, disk);
  }

  private void writeCopy(Checkpoint checkpoint) {
    try {
      checkpoint.writeCopy(directory);
    } catch (StorageException e) {
      LOG.warn(
          "event=checkpoint_not_copied file={} reason=\"{}\"",
          directory.checkpointCopy(),
          e.getMessage());
    }
  }

  /**
   * The checkpoint, or its copy, or null if both are missing or damaged. If the files differ, the
   * one that was not used is replaced.
   *
   * @param mustExist whether a log in this state has a checkpoint. A log has none before its first
   * @param findings gets a finding for a damaged checkpoint, or a missing one that must exist
   * @throws StorageException {@code LOG_TOO_NEW}, {@code LOG_TOO_OLD}
   */
  public Checkpoint read(boolean mustExist, RecoveryFindings findings) {
    List<String> damage = new ArrayList<>();
    Checkpoint checkpoint = readOrNull(() -> Checkpoint.read(directory), damage);
    if (checkpoint != null) {
      renewCopy(checkpoint);
      return checkpoint;
    }
    Checkpoint copied = readOrNull(() -> Checkpoint.readCopy(directory), damage);
    String why = damage.isEmpty() ? "it is missing" : damage.get(0);
    if (copied != null) {
      findings.add(
          RecoveryCase.DAMAGED_CHECKPOINT, "the checkpoint was restored from its copy: " + why);
      restore(copied);
    } else if (mustExist || !damage.isEmpty()) {
      findings.add(RecoveryCase.UNUSABLE_CHECKPOINT, "the checkpoint is not used: " + why);
    }
    return copied;
  }

  private void renewCopy(Checkpoint checkpoint) {
    Checkpoint copied;
    try {
      copied = Checkpoint.readCopy(directory).orElse(null);
    } catch (StorageException e) {
      LOG.warn("event=checkpoint_copy_damaged reason=\"{}\"", e.getMessage());
      copied = null;
    }
    if (copied == null || copied.offset() != checkpoint.offset()) {
      writeCopy(checkpoint);
    }
  }

  /** If the write fails, the copy is still there. */
  private void restore(Checkpoint copied) {
    try {
      copied.write(directory, disk);
    } catch (StorageException e) {
      LOG.warn(
          "event=checkpoint_not_restored file={} reason=\"{}\"",
          directory.checkpoint(),
          e.getMessage());
    }
  }

  private static Checkpoint readOrNull(Supplier<Optional<Checkpoint>> read, List<String> damage) {
    try {
      return read.get().orElse(null);
    } catch (StorageException e) {
      if (e.code() != ErrorCode.CORRUPT_LOG) {
        throw e;
      }
      damage.add(e.getMessage());
      return null;
    }
  }
}
