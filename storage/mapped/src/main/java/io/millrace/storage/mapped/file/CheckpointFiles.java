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

  /** Replaces the checkpoint durably, then its copy. */
  public void write(Checkpoint checkpoint) {
    checkpoint.write(directory, disk);
    writeCopy(checkpoint);
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
   * @param findings gets a finding for a missing or damaged checkpoint
   * @throws StorageException {@code LOG_TOO_NEW}, {@code LOG_TOO_OLD}
   */
  public Checkpoint read(RecoveryFindings findings) {
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
    } else if (!damage.isEmpty()) {
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
