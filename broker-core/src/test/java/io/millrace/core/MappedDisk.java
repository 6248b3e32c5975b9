package io.millrace.core;

import io.millrace.storage.LogStorage;
import io.millrace.storage.mapped.InMemory;
import io.millrace.storage.mapped.MappedSettings;
import io.millrace.storage.mapped.MappedStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Directories of the mapped engine; a killed broker's next one finds a copy of its files. */
final class MappedDisk implements Engine.Disk {

  private final Path root;
  private final Map<LogStorage, Path> directories = new IdentityHashMap<>();

  MappedDisk() {
    try {
      root = InMemory.create("millrace-core-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public LogStorage create() {
    return open(root.resolve("0"));
  }

  @Override
  public LogStorage reopen(LogStorage closed) {
    return open(directories.get(closed));
  }

  @Override
  public LogStorage afterKill(LogStorage running) {
    Path copy = root.resolve(Integer.toString(directories.size()));
    copy(directories.get(running), copy);
    return open(copy);
  }

  private LogStorage open(Path directory) {
    LogStorage storage = MappedStorage.open(directory, MappedSettings.defaults());
    directories.put(storage, directory);
    return storage;
  }

  private static void copy(Path from, Path to) {
    for (Path file : walk(from)) {
      Path copy = to.resolve(from.relativize(file).toString());
      try {
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      } catch (NoSuchFileException renamedMeanwhile) {
        continue; // by a background thread; a crash a moment earlier would not have had it either
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Everything in the directory, parents before children, without what is deleted meanwhile. */
  private static List<Path> walk(Path directory) {
    List<Path> found = new ArrayList<>();
    walk(directory, found);
    return found;
  }

  private static void walk(Path directory, List<Path> found) {
    found.add(directory);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        if (Files.isDirectory(file)) {
          walk(file, found);
        } else {
          found.add(file);
        }
      }
    } catch (NoSuchFileException deletedMeanwhile) {
      found.remove(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    List<Path> files = walk(root);
    for (int i = files.size() - 1; i >= 0; i--) {
      try {
        Files.delete(files.get(i));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
