package io.millrace.storage.mapped.tool;

import io.millrace.storage.LogId;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.FileStates;
import io.millrace.storage.mapped.file.LogDirectory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A read-only view of the states of a data directory. It takes no lock, and repairs nothing. Blocks
 * on the disk. Any thread.
 */
public final class StateInspector {

  private final Path states;

  private StateInspector(Path states) {
    this.states = states;
  }

  /**
   * The states beside logs.
   *
   * @param directory a data directory, or the directory of one log in its {@code logs}
   */
  public static StateInspector of(Path directory) {
    Path given = directory.toAbsolutePath().normalize();
    boolean ofLog = LogDirectory.idOf(given).isPresent() && given.getParent() != null;
    Path data = ofLog ? given.resolve("../..").normalize() : given;
    return new StateInspector(data.resolve("states"));
  }

  /** The names of the states, each once. Empty if there is no directory of states. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(states)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        for (String ending : List.of(FileStates.STATE, FileStates.COPY)) {
          if (name.endsWith(ending)) {
            names.add(name.substring(0, name.length() - ending.length()));
          }
        }
      }
    } catch (NoSuchFileException none) {
      return names;
    } catch (IOException e) {
      throw DiskFailure.of("list", states, e);
    }
    return names;
  }

  /** The states as a broker loads them; they cannot be changed. */
  public StateStore store() {
    return new ReadOnlyStates(states, this);
  }

  /** Whether a state has one of its two files. */
  boolean exists(String name) {
    return Files.exists(states.resolve(name + FileStates.STATE))
        || Files.exists(states.resolve(name + FileStates.COPY));
  }

  /** The bytes of a state; empty if there is none, or if neither of its two files is valid. */
  public Optional<byte[]> read(String name) {
    return List.of(FileStates.STATE, FileStates.COPY).stream()
        .flatMap(ending -> readFile(states.resolve(name + ending)).stream())
        .findFirst();
  }

  private static Optional<byte[]> readFile(Path file) {
    try {
      return FileStates.readFile(file);
    } catch (StorageException e) {
      return Optional.empty(); // 'log verify' reports the damage
    }
  }

  /**
   * The log to which a file belongs, by the name of its directory, or that the directory has; empty
   * for other files.
   */
  public static Optional<LogId> logOf(Path file) {
    Path whole = file.toAbsolutePath().normalize();
    return named(whole).or(() -> named(whole.getParent()));
  }

  private static Optional<LogId> named(Path directory) {
    return directory == null || directory.getFileName() == null
        ? Optional.empty()
        : LogDirectory.idOf(directory);
  }
}
