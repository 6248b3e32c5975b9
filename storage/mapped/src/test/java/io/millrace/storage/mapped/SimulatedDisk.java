package io.millrace.storage.mapped;

import io.millrace.storage.LogId;
import io.millrace.storage.LogReplay;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.mapped.file.Disk;
import io.millrace.storage.mapped.file.EpochCounter;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogRegister;
import io.millrace.storage.mapped.file.Mapping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * A directory with one log of the real engine, and its content after a power failure at any moment.
 * The operating system's files are the page cache. The disk below it is simulated: an fsync copies
 * a file's bytes to it, an fsync of a directory its names. One thread.
 *
 * <p>The model is what POSIX and the supported file systems allow. Each page that was written since
 * the last fsync may be on the disk or not, complete or torn at a sector. A new name or a rename
 * that was not fsynced may be lost; names disappear in the order in which they were deleted. A
 * failed fsync has written some pages and marks the others as clean.
 */
public final class SimulatedDisk implements Disk, AutoCloseable {

  /** Marks a file whose fsync has failed: no write gives a file so old a time. */
  private static final FileTime NOT_WRITTEN_SINCE = FileTime.fromMillis(0);

  private final Path root;
  private final LogId id;
  private final Script script;
  private final Random random;
  private final Map<Object, SimulatedFile> files = new HashMap<>();
  private final Map<Path, Map<String, SimulatedFile>> syncedNames = new HashMap<>();
  private boolean directoryNamed;
  private LogRegister register;

  /** Receives each call. What it throws, the engine gets. */
  public interface Script {

    /** May throw a full disk. */
    void allocating(Path file);

    /** Before the bytes are written to the disk. */
    void forcing(Path file);

    /** Whether the fsync that has begun fails. */
    boolean forceFails(Path file);

    /** After the bytes were written to the disk, before the call returns. */
    void forced(Path file);
  }

  /**
   * @param root an empty directory of its own
   */
  public SimulatedDisk(Path root, LogId id, Script script, Random random) {
    this.root = root;
    this.id = id;
    this.script = script;
    this.random = random;
    try {
      Files.createDirectories(logs());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path logs() {
    return root.resolve("logs");
  }

  private LogDirectory log() {
    return LogDirectory.of(logs(), id);
  }

  /** Opens the log with the real engine. */
  public PartitionLog open(int maxSegmentBytes, LogReplay replay, Executor background) {
    EpochCounter epochs = EpochCounter.open(root.resolve("epoch"), this);
    register = LogRegister.open(root, this, (nanos, work) -> background.execute(work));
    return new LogOpener(
            new StorageFiles(logs(), this, epochs, register),
            2,
            new StorageThreads(background, background))
        .open(id, maxSegmentBytes, replay, () -> {});
  }

  @Override
  public void allocate(Path file, int bytes) {
    script.allocating(file);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), bytes - 1L);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void fsync(Path path, FileChannel channel) throws IOException {
    script.forcing(path);
    SimulatedFile file = file(path);
    if (script.forceFails(path)) {
      file.failForce(random);
      setNotWritten(path);
      throw new IOException("fdatasync of " + path + ": Input/output error, says the simulation");
    }
    file.force(!file.hasFailed() || !notWrittenSince(path));
    script.forced(path);
  }

  @Override
  public int read(Path file, FileChannel channel, ByteBuffer to, long position) throws IOException {
    return PLAIN.read(file, channel, to, position);
  }

  @Override
  public Mapping map(Path file, int bytes) {
    return Mapping.of(file, bytes);
  }

  @Override
  public void fsyncDirectory(Path directory) throws IOException {
    script.forcing(directory);
    if (script.forceFails(directory)) {
      throw new IOException("fsync of " + directory + ": Input/output error");
    }
    if (directory.equals(logs())) {
      directoryNamed = Files.exists(log().path());
    } else {
      syncedNames.put(directory, names(directory));
    }
    script.forced(directory);
  }

  /** The durable bytes of the segment whose durable name has an offset; null if there is none. */
  public byte[] syncedSegment(long baseOffset) {
    if (!directoryNamed) {
      return null;
    }
    String name = log().segment(baseOffset).getFileName().toString();
    SimulatedFile file = synced(log().path()).get(name);
    return file == null ? null : file.synced();
  }

  private Map<String, SimulatedFile> synced(Path directory) {
    return syncedNames.getOrDefault(directory, Map.of());
  }

  /** The disk that the next process finds after this one was killed. */
  public SimulatedDisk afterKill(Path nextRoot) {
    SimulatedDisk next = new SimulatedDisk(nextRoot, id, script, random);
    Map<SimulatedFile, SimulatedFile> successors = new HashMap<>();
    for (Path directory : directories()) {
      Map<String, SimulatedFile> names = names(directory);
      Path copies = next.directory(this, directory, names);
      names.forEach(
          (name, file) -> {
            SimulatedFile successor =
                file.inNextProcess(copies.resolve(name), file.afterKill(random));
            next.files.put(key(copies.resolve(name)), successor);
            successors.put(file, successor);
            if (file.hasFailed() && notWrittenSince(directory.resolve(name))) {
              setNotWritten(copies.resolve(name));
            }
          });
      Map<String, SimulatedFile> synced = new TreeMap<>(synced(directory));
      synced.replaceAll(
          (name, file) -> successors.computeIfAbsent(file, SimulatedFile::inNextProcess));
      next.syncedNames.put(next.like(this, directory), synced);
    }
    next.directoryNamed = directoryNamed;
    return next;
  }

  private static boolean notWrittenSince(Path file) {
    try {
      return Files.getLastModifiedTime(file).equals(NOT_WRITTEN_SINCE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void setNotWritten(Path file) {
    try {
      Files.setLastModifiedTime(file, NOT_WRITTEN_SINCE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The disk that the next process finds after a power failure. */
  public SimulatedDisk afterPowerLoss(Path nextRoot) {
    double keep = List.of(0.0, 0.5, 0.9, 1.0).get(random.nextInt(4));
    boolean flips = random.nextInt(4) == 0;
    SimulatedDisk next = new SimulatedDisk(nextRoot, id, script, random);
    for (Path directory : directories()) {
      if (directory.equals(root) || directoryNamed || random.nextDouble() < keep) {
        Map<String, SimulatedFile> surviving = survivingNames(directory, keep);
        Path copies = next.directory(this, directory, surviving);
        surviving.replaceAll(
            (name, file) ->
                SimulatedFile.found(
                    copies.resolve(name), file.afterPowerLoss(random, keep, flips)));
        surviving.forEach((name, file) -> next.files.put(key(copies.resolve(name)), file));
        next.syncedNames.put(copies, surviving);
      }
    }
    next.directoryNamed = Files.exists(next.log().path());
    return next;
  }

  private Map<String, SimulatedFile> survivingNames(Path directory, double keep) {
    Map<String, SimulatedFile> now = names(directory);
    Map<String, SimulatedFile> surviving = new TreeMap<>(synced(directory));
    boolean deleted = true;
    for (String name : List.copyOf(surviving.keySet())) {
      if (!now.containsKey(name) && !now.containsValue(surviving.get(name))) {
        deleted = deleted && random.nextDouble() < keep;
        if (deleted) {
          surviving.remove(name);
        }
      }
    }
    boolean made = true;
    for (Map.Entry<String, SimulatedFile> name : now.entrySet()) {
      if (surviving.get(name.getKey()) != name.getValue()) {
        boolean kept = made && random.nextDouble() < keep;
        made = kept || !name.getKey().endsWith(".log");
        if (kept) {
          surviving.values().remove(name.getValue());
          surviving.put(name.getKey(), name.getValue());
        } else if (!surviving.containsValue(name.getValue()) && random.nextBoolean()) {
          surviving.put(name.getKey() + ".tmp", name.getValue());
        }
      }
    }
    return surviving;
  }

  private Collection<Path> directories() {
    List<Path> directories = new ArrayList<>(List.of(root));
    if (Files.exists(log().path())) {
      directories.add(log().path());
    }
    return directories;
  }

  private Path like(SimulatedDisk other, Path directory) {
    return root.resolve(other.root.relativize(directory).toString());
  }

  /** The directory that corresponds to one of another disk; created unless it is empty. */
  private Path directory(SimulatedDisk other, Path directory, Map<String, ?> names) {
    Path like = like(other, directory);
    try {
      return names.isEmpty() ? like : Files.createDirectories(like);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, SimulatedFile> names(Path directory) {
    Map<String, SimulatedFile> names = new TreeMap<>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
      for (Path path : paths) {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (attributes.isRegularFile()) {
          names.put(path.getFileName().toString(), file(attributes.fileKey(), path));
        }
      }
    } catch (NoSuchFileException nothingThere) {
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  private SimulatedFile file(Path path) {
    return file(key(path), path);
  }

  private SimulatedFile file(Object key, Path path) {
    return files.computeIfAbsent(key, unknown -> SimulatedFile.unforced(path));
  }

  private static Object key(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes everything. The log must be closed. */
  @Override
  public void close() {
    if (register != null) {
      register.close();
    }
    files.values().forEach(SimulatedFile::close);
    MappedFixture.delete(root);
  }
}
