package io.millrace.storage;

import java.nio.file.Path;

/** A storage engine with its settings. Immutable, equal by value. Any thread. */
public interface StorageEngine {

  /**
   * Opens the storage. Blocks.
   *
   * @param directory the data directory of the broker, which may not exist. An engine that stores
   *     elsewhere ignores it
   * @return owned by the caller, which closes it
   * @throws StorageException if the storage cannot be used
   */
  LogStorage open(Path directory);

  /** Where the data is, as a text for the user, such as the directory. */
  String location(Path directory);
}
