package io.millrace.storage;

import java.util.Optional;

/**
 * Small named states beside the logs, such as the topic catalogue. Each has a version, so that of
 * two writers who have loaded the same state only one replaces it. Any thread; calls are
 * serialised, and may wait for a device.
 */
public interface StateStore {

  /** The version of a state that does not exist. */
  long NO_VERSION = 0;

  /**
   * The state that was saved last under this name.
   *
   * @return its bytes, and its version, which is positive
   * @throws StorageException with {@code CORRUPT_LOG} or {@code LOG_TOO_NEW} if the bytes cannot be
   *     trusted
   */
  Optional<StoredState> load(String name);

  /**
   * Replaces the state under this name, if it still has the version that the caller knows. On
   * return the bytes are durable; a crash leaves either the old or the new ones, whole.
   *
   * @param name {@code [a-z0-9-]}, 1 to 64 characters
   * @param expectedVersion the version that was loaded or saved last, or {@link #NO_VERSION} for a
   *     state that does not exist
   * @return the new version
   * @throws StorageException {@code FENCED} if the state has another version: somebody else has
   *     replaced it, and it is unchanged by this call. {@code DISK_FULL} or {@code STORAGE_FAILED}:
   *     the next load finds either the old or the new state
   */
  long save(String name, long expectedVersion, byte[] bytes);

  /** The name, if it is one that a state may have; {@link IllegalArgumentException} if not. */
  static String requireName(String name) {
    if (!name.matches("[a-z0-9-]{1,64}")) {
      throw new IllegalArgumentException(
          "state name '" + name + "' is not 1 to 64 characters of [a-z0-9-]");
    }
    return name;
  }
}
