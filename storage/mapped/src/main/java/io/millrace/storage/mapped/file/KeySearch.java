package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the key of a log in its files: in the manifest, in the manifest's copy, or in the header of
 * a segment. A file of another log is skipped, like a damaged one. Changes nothing; blocks on the
 * disk. Any thread.
 *
 * @param id the log; empty if it is not known, and then any log's
 * @param reads the call that reads segments
 */
public record KeySearch(LogDirectory directory, Optional<LogId> id, PositionalRead reads) {

  /**
   * The key; empty if no file has it.
   *
   * @throws StorageException {@code LOG_TOO_NEW}, {@code LOG_TOO_OLD}, {@code STORAGE_FAILED}
   */
  public Optional<LogKey> find() {
    return identity().map(LogIdentity::key);
  }

  /**
   * The log and its key; empty if no file has them.
   *
   * @throws StorageException as {@link #find}
   */
  public Optional<LogIdentity> identity() {
    return inManifest(directory.manifest())
        .or(() -> inManifest(directory.manifestCopy()))
        .or(this::inHeaders);
  }

  /** Whether the manifest itself is there and not damaged. */
  public boolean isManifestWhole() {
    return inManifest(directory.manifest()).isPresent();
  }

  private Optional<LogIdentity> inManifest(Path file) {
    try {
      return LogManifest.read(file).map(LogManifest::identity).filter(this::isWanted);
    } catch (StorageException e) {
      requireDamage(e);
      return Optional.empty();
    }
  }

  /** The key in the first whole header of a segment. */
  Optional<LogKey> inSegments() {
    return inHeaders().map(LogIdentity::key);
  }

  private Optional<LogIdentity> inHeaders() {
    return directory.list().segments().stream()
        .flatMap(base -> inSegment(directory.segment(base)).stream())
        .findFirst();
  }

  private Optional<LogIdentity> inSegment(Path segment) {
    try {
      return Optional.of(SegmentHeader.read(segment, reads).identity()).filter(this::isWanted);
    } catch (StorageException e) {
      requireDamage(e);
      return Optional.empty();
    }
  }

  private boolean isWanted(LogIdentity found) {
    return id.isEmpty() || id.get().equals(found.id());
  }

  private static void requireDamage(StorageException e) {
    if (e.code() != ErrorCode.CORRUPT_LOG) {
      throw e;
    }
  }

  /**
   * Refuses a log of which no file has the key, unless its segments have only zeros: a crash has
   * interrupted their creation.
   *
   * @throws StorageException {@code CORRUPT_LOG}
   */
  public void requireNoBatch() {
    for (long base : directory.list().segments()) {
      StoredSegment segment = StoredSegment.of(directory, base, reads, LogKey.random());
      if (!segment.isZero()) {
        throw lost();
      }
    }
  }

  private StorageException lost() {
    return new StorageException(
            ErrorCode.CORRUPT_LOG,
            "the key of log "
                + directory.path()
                + " is lost: its manifest, the copy and the headers of all segments are damaged or"
                + " missing, so batches cannot be distinguished from bytes inside an event; restore the file"
                + " manifest from a copy of the directory")
        .named(RecoveryCase.LOST_KEY.name());
  }
}
