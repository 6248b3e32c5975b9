package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.RecoveryCase;
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
 * States as pairs of files of one directory, each replaced whole: the state and its copy. The copy
 * is written first, so that the state is the one that counts where a crash leaves them different;
 * both are on disk before a change is said to be made, so that the copy is as good where the state
 * is damaged.
 */
public final class FileStates implements StateStore {

  /** End of the name of a state's file. */
  public static final String STATE = ".state";

  /** End of the name of a copy's file. */
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
   * What one file holds.
   *
   * @param bytes null if they are missing or damaged
   * @param damage null if the file is whole or missing
   */
  private record Held(byte[] bytes, StorageException damage) {

    boolean isWhole() {
      return bytes != null;
    }

    boolean isDamaged() {
      return damage != null;
    }

    /** Refuses what is no damage: a file of another version, or one that cannot be opened. */
    void requireMendable() {
      if (damage != null && damage.code() != ErrorCode.CORRUPT_LOG) {
        throw damage;
      }
    }
  }

  @Override
  public synchronized Optional<StoredState> load(String name) {
    return read(name).map(bytes -> new StoredState(version(name), bytes));
  }

  /** A directory has one user at a time, who counts the versions: they begin anew with each. */
  private long version(String name) {
    return versions.computeIfAbsent(name, unknown -> read(name).isPresent() ? 1 : NO_VERSION);
  }

  private Optional<byte[]> read(String name) {
    Path file = file(name, STATE);
    Path copy = file(name, COPY);
    Held state = read(file);
    state.requireMendable();
    Held copied = read(copy);
    if (state.isWhole()) {
      if (!Arrays.equals(state.bytes(), copied.bytes())) {
        mend(copy, copied, state.bytes());
      }
      return Optional.of(state.bytes());
    }
    copied.requireMendable();
    if (copied.isWhole()) {
      mend(file, state, copied.bytes());
      return Optional.of(copied.bytes());
    }
    if (state.isDamaged() || copied.isDamaged()) {
      throw lost(state, copied);
    }
    return Optional.empty();
  }

  private static Held read(Path file) {
    try {
      return new Held(
          ChecksummedFile.read(file, FileKind.STATE).map(FileStates::bytes).orElse(null), null);
    } catch (StorageException e) {
      return new Held(null, e);
    }
  }

  private static byte[] bytes(ByteBuffer body) {
    byte[] bytes = new byte[body.remaining()];
    body.get(bytes);
    return bytes;
  }

  private static StorageException lost(Held state, Held copied) {
    StorageException damage = state.isDamaged() ? state.damage() : copied.damage();
    String other = state.isDamaged() && copied.isDamaged() ? "damaged, too" : "missing";
    return new StorageException(
        ErrorCode.CORRUPT_LOG,
        damage.getMessage() + " (the other file of the pair is " + other + ")",
        damage);
  }

  /** Where this does not succeed, the other file still says it all. */
  private void mend(Path file, Held found, byte[] bytes) {
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
      LOG.error("event=state_file_not_mended file={}", file, e);
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
