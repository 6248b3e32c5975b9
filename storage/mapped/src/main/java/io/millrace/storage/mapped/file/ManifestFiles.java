package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manifest of a log and a copy of it, which is used if the manifest is damaged. The manifest is
 * durable before the first segment exists. The copy is written without an fsync: it protects
 * against a disk that loses bytes, not against a power failure. If both are lost, the headers of
 * the segments have the key. Blocks on the disk. One thread at a time.
 */
public final class ManifestFiles {

  private static final Logger LOG = LoggerFactory.getLogger(ManifestFiles.class);

  private final LogDirectory directory;
  private final Path file;
  private final Path copy;
  private final Disk disk;

  /** Whether the manifest is on disk and whole. */
  private boolean saved;

  ManifestFiles(LogDirectory directory, Disk disk) {
    this.directory = directory;
    this.file = directory.manifest();
    this.copy = directory.manifestCopy();
    this.disk = disk;
  }

  /**
   * The identity of a log. A missing or damaged manifest is restored. A log without batches gets a
   * new key if no file has one; {@link #saveIfNew} then writes it.
   *
   * @param findings gets a finding for a missing or damaged manifest
   * @throws StorageException {@code CORRUPT_LOG} if there are batches and no file has the key;
   *     {@code LOG_TOO_NEW}, {@code LOG_TOO_OLD}
   */
  public LogIdentity open(LogId id, RecoveryFindings findings) {
    List<String> damage = new ArrayList<>();
    LogManifest manifest = readOrNull(file, id, damage);
    if (manifest != null) {
      saved = true;
      renewCopy(manifest);
      return manifest.identity();
    }
    LogManifest copied = readOrNull(copy, id, damage);
    KeySearch search = new KeySearch(directory, Optional.of(id), disk);
    LogKey key = copied != null ? copied.identity().key() : search.inSegments().orElse(null);
    String why = damage.isEmpty() ? "it is missing" : damage.get(0);
    if (key == null) {
      search.requireNoBatch();
      if (!damage.isEmpty()) {
        findings.add(RecoveryCase.DAMAGED_MANIFEST, "the empty log gets a new key: " + why);
      }
      return new LogIdentity(id, LogKey.random());
    }
    findings.add(
        RecoveryCase.DAMAGED_MANIFEST,
        "the manifest was restored from "
            + (copied != null ? "its copy" : "the header of a segment")
            + ": "
            + why);
    LogIdentity identity = new LogIdentity(id, key);
    save(identity);
    return identity;
  }

  /** Whether the opened log has no manifest yet: it is being created, or a crash ended that. */
  public boolean isNew() {
    return !saved;
  }

  private static LogManifest readOrNull(Path from, LogId id, List<String> damage) {
    try {
      LogManifest manifest = LogManifest.read(from).orElse(null);
      if (manifest != null && !manifest.identity().id().equals(id)) {
        throw FileKind.MANIFEST.corrupt(from, "it is that of log " + manifest.identity().id());
      }
      return manifest;
    } catch (StorageException e) {
      if (e.code() != ErrorCode.CORRUPT_LOG) {
        throw e;
      }
      damage.add(e.getMessage());
      return null;
    }
  }

  /** Whatever is wrong with the copy, the manifest is whole: the copy is rewritten. */
  private void renewCopy(LogManifest manifest) {
    LogManifest copied = null;
    try {
      copied = LogManifest.read(copy).orElse(null);
    } catch (StorageException e) {
      LOG.warn("event=manifest_copy_damaged reason=\"{}\"", e.getMessage());
    }
    if (!manifest.equals(copied)) {
      writeCopy(manifest);
    }
  }

  /** Writes the manifest of a new log, durably, and its copy. Does nothing for any other log. */
  public void saveIfNew(LogIdentity identity) {
    if (!saved) {
      save(identity);
    }
  }

  private void save(LogIdentity identity) {
    LogManifest manifest = new LogManifest(identity);
    try {
      OwnerOnly.createDirectories(directory.path());
    } catch (IOException e) {
      throw DiskFailure.of("create", directory.path(), e);
    }
    manifest.write(file, disk);
    saved = true;
    writeCopy(manifest);
  }

  private void writeCopy(LogManifest manifest) {
    try {
      manifest.writeWithoutFsync(copy);
    } catch (StorageException e) {
      LOG.warn("event=manifest_not_copied file={} reason=\"{}\"", copy, e.getMessage());
    }
  }
}
