package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.Refusals;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import io.millrace.storage.StoredState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * States in pairs of files, the state and its copy, in one directory. A change replaces the copy
 * and then the state. If a crash leaves them different, the state counts. Both are durable before a
 * save returns, so if one file is damaged, the other is as new. Any thread.
 */
public final class FileStates implements StateStore {

  /** Suffix of a state's file. */
  public static final String STATE = ".state";

  /** Suffix of a copy's file. */
  public static final String COPY = ".copy";

  private static final Logger LOG = LoggerFactory.getLogger(FileStates.class);

  private final Path directory;
  private final Disk disk;
  private final Quarantine quarantine;
  private final Map<String, Long> versions = new HashMap<>(); // guarded by this

  public FileStates(Path directory, Path quarantine, Disk disk) {
    this.directory = directory;
    this.disk = disk;
    this.quarantine = new Quarantine(directory, quarantine, disk);
  }

  /**
   * The content of one file.
   *
   * @param bytes null if the file is missing or damaged
   * @param damage null if the file is valid or missing
   */
  private record Content(byte[] bytes, StorageException damage) {

    boolean isValid() {
      return bytes != null;
    }

    boolean isDamaged() {
      return damage != null;
    }

    /** Throws for a failure that is no damage: another version, or a file that cannot be opened. */
    void requireRepairable() {
      if (damage != null && damage.code() != ErrorCode.CORRUPT_LOG) {
        throw damage;
      }
    }
  }

  @Override
  public synchronized Optional<StoredState> load(String name) {
    return read(name).map(bytes -> new StoredState(version(name), bytes));
  }

  /** One process at a time uses the directory, so it counts the versions in memory, from 1. */
  private long version(String name) {
    return versions.computeIfAbsent(name, unknown -> read(name).isPresent() ? 1 : NO_VERSION);
  }

  private Optional<byte[]> read(String name) {
    Path file = file(name, STATE);
    Path copy = file(name, COPY);
    Content state = read(file);
    state.requireRepairable();
    Content copied = read(copy);
    if (state.isValid()) {
      if (!Arrays.equals(state.bytes(), copied.bytes())) {
        repair(copy, copied, state.bytes());
      }
      return Optional.of(state.bytes());
    }
    copied.requireRepairable();
    if (copied.isValid()) {
      repair(file, state, copied.bytes());
      return Optional.of(copied.bytes());
    }
    if (state.isDamaged() || copied.isDamaged()) {
      throw lost(state, copied);
    }
    return Optional.empty();
  }

  private static Content read(Path file) {
    try {
      return new Content(
          ChecksummedFile.read(file, FileKind.STATE).map(FileStates::bytes).orElse(null), null);
    } catch (StorageException e) {
      return new Content(null, e);
    }
  }

  private static byte[] bytes(ByteBuffer body) {
    byte[] bytes = new byte[body.remaining()];
    body.get(bytes);
    return bytes;
  }

  private static StorageException lost(Content state, Content copied) {
    StorageException damage = state.isDamaged() ? state.damage() : copied.damage();
    String other = state.isDamaged() && copied.isDamaged() ? "damaged, too" : "missing";
    return new StorageException(
        ErrorCode.CORRUPT_LOG,
        damage.getMessage() + " (the other file of the pair is " + other + ")",
        damage);
  }

  /** Replaces a missing or damaged file. If that fails, the other file still has the state. */
  private void repair(Path file, Content found, byte[] bytes) {
    try {
      if (found.isDamaged()) {
        LOG.error(
            "event=recovery_finding case={} note=\"{}\"",
            RecoveryCase.DAMAGED_STATE,
            found.damage().getMessage());
        quarantine.move(file);
      } else {
        LOG.info("event=state_file_written file={} reason=\"missing or out of date\"", file);
      }
      ChecksummedFile.replace(file, FileKind.STATE, ByteBuffer.wrap(bytes), disk);
    } catch (IOException | StorageException e) {
      LOG.error("event=state_file_not_repaired file={}", file, e);
    }
  }

  @Override
  public synchronized long save(String name, long expectedVersion, byte[] bytes) {
    long version = version(name);
    Refusals.requireVersion(name, expectedVersion, version);
    for (String ending : new String[] {COPY, STATE}) {
      ChecksummedFile.replace(file(name, ending), FileKind.STATE, ByteBuffer.wrap(bytes), disk);
    }
    versions.put(name, version + 1);
    return version + 1;
  }

  private Path file(String name, String ending) {
    return directory.resolve(StateStore.requireName(name) + ending);
  }
}
