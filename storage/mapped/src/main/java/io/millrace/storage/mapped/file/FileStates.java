package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.Refusals;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import io.millrace.storage.StoredState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * States in pairs of files, the state and its copy, in one directory. A change replaces the copy
 * and then the state. If the two differ after a crash, the state is used. Both are durable before a
 * save returns, so if one file is damaged, the other is as new. The checksum of a file covers the
 * name of its state: the file of another state is damage of this file, and never replaces the other
 * one. A deletion removes the copy and then the state; if only one of them is left after a crash,
 * that one is used. If the disk has no space for another file, the files are overwritten in place,
 * each only while the other one is valid. Any thread; calls for different states run in parallel.
 */
public final class FileStates implements StateStore {

  /** Suffix of a state's file. */
  public static final String STATE = ".state";

  /** Suffix of a copy's file. */
  public static final String COPY = ".copy";

  /** In the order in which the files of a pair are changed. */
  private static final List<String> ENDINGS = List.of(COPY, STATE);

  private static final int LOCKS = 64;

  private static final Logger LOG = LoggerFactory.getLogger(FileStates.class);

  private final Path directory;
  private final Disk disk;
  private final Quarantine quarantine;

  /**
   * The versions of the existing states that a caller has asked for. One process at a time uses the
   * directory, so versions are counted in memory.
   */
  private final Map<String, Long> versions = new ConcurrentHashMap<>();

  private final AtomicLong lastVersion = new AtomicLong();

  /** Each state has one of these locks, by its name. */
  private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();

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

  /**
   * Deletes the files that a crash left unfinished. Nothing needs them, so what cannot be deleted
   * is logged and stays. Once, before any other call.
   */
  public void removeUnfinished() {
    for (String file : files()) {
      if (file.endsWith(LogDirectory.TEMPORARY)) {
        deleteOrWarn(directory.resolve(file));
      }
    }
  }

  private static void deleteOrWarn(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("event=file_not_deleted file={} reason=\"{}\"", file, e.toString());
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw DiskFailure.of("delete", file, e);
    }
  }

  @Override
  public SortedSet<String> list(String prefix) {
    SortedSet<String> names = new TreeSet<>();
    for (String file : files()) {
      String name = file.startsWith(prefix) ? nameOf(file) : "";
      if (StateStore.isName(name) && name.startsWith(prefix)) {
        names.add(name);
      }
    }
    return names;
  }

  /** The name of the state to which this file or copy belongs; empty for other files. */
  private static String nameOf(String file) {
    for (String ending : ENDINGS) {
      if (file.endsWith(ending)) {
        return file.substring(0, file.length() - ending.length());
      }
    }
    return "";
  }

  /** Names, not paths: a start lists some thousand files. */
  private String[] files() {
    String[] files = directory.toFile().list();
    if (files == null) {
      throw DiskFailure.of("list", directory, whyNotListed());
    }
    return files;
  }

  /** {@link java.io.File#list} does not tell the reason. */
  private IOException whyNotListed() {
    try {
      Files.newDirectoryStream(directory).close();
      return new IOException("not a readable directory");
    } catch (IOException reason) {
      return reason;
    }
  }

  private Object lock(String name) {
    return locks[Math.floorMod(name.hashCode(), LOCKS)];
  }

  @Override
  public Optional<StoredState> load(String name) {
    synchronized (lock(name)) {
      Optional<byte[]> bytes = read(name);
      long version = version(name, bytes.isPresent());
      return bytes.map(found -> new StoredState(version, found));
    }
  }

  private long version(String name) {
    Long known = versions.get(name);
    return known == null ? version(name, read(name).isPresent()) : known;
  }

  /** The version of a state whose files were read. */
  private long version(String name, boolean exists) {
    if (!exists) {
      versions.remove(name);
      return NO_VERSION;
    }
    return versions.computeIfAbsent(name, unknown -> lastVersion.incrementAndGet());
  }

  private Optional<byte[]> read(String name) {
    Path file = file(name, STATE);
    Path copy = file(name, COPY);
    Content state = read(file);
    Content copied = read(copy);
    Optional<byte[]> bytes = chosen(state, copied);
    if (bytes.isPresent() && !state.isValid()) {
      repair(file, state, bytes.get());
    } else if (bytes.isPresent() && !Arrays.equals(bytes.get(), copied.bytes())) {
      repair(copy, copied, bytes.get());
    }
    return bytes;
  }

  /** The bytes of a state, from the file that counts; empty if there is none. */
  private static Optional<byte[]> chosen(Content state, Content copied) {
    state.requireRepairable();
    if (state.isValid()) {
      return Optional.of(state.bytes());
    }
    copied.requireRepairable();
    if (!copied.isValid() && (state.isDamaged() || copied.isDamaged())) {
      throw lost(state, copied);
    }
    return Optional.ofNullable(copied.bytes());
  }

  /**
   * The bytes of a state as {@link #load} returns them; changes no file.
   *
   * @param directory the directory of the states
   * @throws StorageException as {@link #load}
   */
  public static Optional<byte[]> peek(Path directory, String name) {
    return chosen(read(directory.resolve(name + STATE)), read(directory.resolve(name + COPY)));
  }

  /**
   * The bytes of a state in one of its two files; empty if there is no such file.
   *
   * @throws StorageException {@code CORRUPT_LOG}, also for the file of another state; {@code
   *     LOG_TOO_NEW}, {@code LOG_TOO_OLD}
   */
  public static Optional<byte[]> readFile(Path file) {
    return ChecksummedFile.read(file, FileKind.STATE, nameOf(file.getFileName().toString()))
        .map(FileStates::bytes);
  }

  private static Content read(Path file) {
    try {
      return new Content(readFile(file).orElse(null), null);
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
    if (found.isDamaged() && found.damage().code() == ErrorCode.RESOURCES_EXHAUSTED) {
      LOG.warn(
          "event=state_file_not_compared file={} reason=\"{}\"", file, found.damage().getMessage());
      return; // it was not opened, so it is not known to be damaged
    }
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
      replace(file, bytes);
    } catch (IOException | StorageException e) {
      LOG.error("event=state_file_not_repaired file={}", file, e);
    }
  }

  private void replace(Path file, byte[] bytes) {
    String name = nameOf(file.getFileName().toString());
    ChecksummedFile.replace(file, FileKind.STATE, name, ByteBuffer.wrap(bytes), disk);
  }

  /** A full disk must not keep a topic from being deleted: then, a file is overwritten in place. */
  private void replaceOneOfPair(Path file, Path other, byte[] bytes) {
    try {
      replace(file, bytes);
    } catch (StorageException e) {
      // If a crash damages the file that is overwritten, the other one is used.
      if (e.code() != ErrorCode.DISK_FULL || !read(other).isValid()) {
        throw e;
      }
      String name = nameOf(file.getFileName().toString());
      ChecksummedFile.replaceOrOverwrite(file, FileKind.STATE, name, ByteBuffer.wrap(bytes), disk);
    }
  }

  @Override
  public long save(String name, long expectedVersion, byte[] bytes) {
    synchronized (lock(name)) {
      Refusals.requireVersion(name, expectedVersion, version(name));
      versions.remove(name); // if this fails, the files decide
      replaceOneOfPair(file(name, COPY), file(name, STATE), bytes);
      replaceOneOfPair(file(name, STATE), file(name, COPY), bytes);
      return version(name, true);
    }
  }

  @Override
  public void delete(String name, long expectedVersion) {
    synchronized (lock(name)) {
      Refusals.requireVersion(name, expectedVersion, version(name));
      if (expectedVersion == NO_VERSION) {
        return;
      }
      versions.remove(name);
      ENDINGS.forEach(ending -> delete(file(name, ending)));
      try {
        disk.fsyncDirectory(directory);
      } catch (IOException e) {
        throw DiskFailure.of("fsync", directory, e);
      }
    }
  }

  private Path file(String name, String ending) {
    return directory.resolve(StateStore.requireName(name) + ending);
  }
}
