package io.millrace.embedded;

import io.millrace.storage.LogStorage;
import io.millrace.storage.StorageEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory of the mapped engine. A crash copies its files. When the broker has closed them, in
 * order, the copies replace them.
 */
final class DirectoryMedium implements Medium {

  private final Path directory;
  private final boolean temporary;
  private Pause pause;
  private FaultStorage running;

  /** Null unless the broker has crashed. */
  private Path afterCrash;

  private DirectoryMedium(Path directory, boolean temporary) {
    this.directory = directory;
    this.temporary = temporary;
  }

  static DirectoryMedium given(Path directory) {
    return new DirectoryMedium(directory, false);
  }

  /** A new directory, which is deleted at the end. */
  static DirectoryMedium temporary() {
    return new DirectoryMedium(newDirectory("millrace-embedded-"), true);
  }

  private static Path newDirectory(String prefix) {
    try {
      return Files.createTempDirectory(prefix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String engineName() {
    return "mapped";
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public StorageEngine engine(StorageEngine configured, Faults faults) {
    return new StorageEngine() {
      @Override
      public LogStorage open(Path dataDir) {
        pause = new Pause();
        running = new FaultStorage(configured.open(dataDir), faults, pause);
        return running;
      }

      @Override
      public String location(Path dataDir) {
        return configured.location(dataDir);
      }
    };
  }

  @Override
  public void crash(boolean synced) {
    Path copy = newDirectory("millrace-crash-");
    pause.hold(
        () -> {
          Trees.copy(directory, copy);
          if (synced) {
            UnsyncedEvents.remove(copy, running.durableOffsets());
          }
        });
    afterCrash = copy;
  }

  @Override
  public void stopped() {
    running = null;
    if (afterCrash != null) {
      Trees.deleteContents(directory);
      Trees.copy(afterCrash, directory);
      Trees.delete(afterCrash);
      afterCrash = null;
    }
  }

  @Override
  public void close() {
    if (temporary) {
      Trees.delete(directory);
    }
  }
}
