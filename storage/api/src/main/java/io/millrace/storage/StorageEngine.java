package io.millrace.storage;

import java.nio.file.Path;

/** A storage engine with its settings. Immutable, equal by value. Any thread. */
public interface StorageEngine {

  /**
   * Opens the storage. Blocks.
   *
   * @param directory the broker's data directory, which may not exist; an engine that stores
   *     elsewhere ignores it
   * @return owned by the caller, who closes it
   * @throws StorageException if the storage cannot be used
   */
  LogStorage open(Path directory);

  /** The place of the data, for the user: a directory, or some words. */
  String location(Path directory);
}
