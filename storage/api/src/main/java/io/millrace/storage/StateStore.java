package io.millrace.storage;

import java.util.Optional;

/**
 * Small named states beside the logs, such as the topic catalogue. Any thread; calls are
 * serialised.
 */
public interface StateStore {

  /**
   * The bytes saved last under this name.
   *
   * @throws StorageException with {@code CORRUPT_LOG} or {@code LOG_TOO_NEW} if they cannot be
   *     trusted
   */
  Optional<byte[]> load(String name);

  /**
   * Replaces the bytes under this name. On return they are on disk; a crash leaves either the old
   * or the new ones, whole. Where this throws, either may be what is found by the next opener.
   *
   * @param name {@code [a-z0-9-]}, 1 to 64 characters
   * @throws StorageException {@code DISK_FULL} or {@code STORAGE_FAILED}
   */
  void save(String name, byte[] bytes);

  /** The name, if it is one that a state may have; {@link IllegalArgumentException} if not. */
  static String requireName(String name) {
    if (!name.matches("[a-z0-9-]{1,64}")) {
      throw new IllegalArgumentException(
          "state name '" + name + "' is not 1 to 64 characters of [a-z0-9-]");
    }
    return name;
  }
}
