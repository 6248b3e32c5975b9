package io.millrace.storage;

import java.util.Optional;
import java.util.SortedSet;

/**
 * Small named states that are not part of a log, such as the record of a topic. Each has a version:
 * if two writers have loaded the same state, only one of them can replace or delete it. States do
 * not depend on each other: writers of different states never conflict. A name is {@code
 * [a-z0-9-]}, 1 to 64 characters; any other is an {@link IllegalArgumentException}. Any thread;
 * calls may wait for a device.
 */
public interface StateStore {

  /** The version of a state that does not exist. */
  long NO_VERSION = 0;

  /**
   * The names of all states that begin with a prefix, in ascending order. The result includes
   * damaged states, which cannot be loaded.
   *
   * @param prefix {@code [a-z0-9-]}, 0 to 64 characters
   * @throws StorageException {@code STORAGE_FAILED}
   */
  SortedSet<String> list(String prefix);

  /**
   * The state that was saved last under this name.
   *
   * @return its bytes, and its version, which is positive; empty if there is none
   * @throws StorageException with {@code CORRUPT_LOG} or {@code LOG_TOO_NEW} if the bytes cannot be
   *     trusted
   */
  Optional<StoredState> load(String name);

  /**
   * Replaces the state under this name, if it still has the version that the caller knows. On
   * return the bytes are durable. A crash leaves either all old bytes or all new bytes.
   *
   * @param expectedVersion the version that was loaded or saved last, or {@link #NO_VERSION} for a
   *     state that does not exist
   * @return the new version, which no state of this name has had since the storage was opened
   * @throws StorageException {@code FENCED} if the state has another version: somebody else has
   *     replaced it, and it is unchanged by this call. {@code DISK_FULL} or {@code STORAGE_FAILED}:
   *     the next load finds either the old or the new state
   */
  long save(String name, long expectedVersion, byte[] bytes);

  /**
   * Deletes the state under this name, if it still has the version that the caller knows. On return
   * the deletion is durable; a crash during the call leaves either the whole state or no state.
   *
   * @param expectedVersion as for {@link #save}; with {@link #NO_VERSION} there is nothing to
   *     delete
   * @throws StorageException {@code FENCED} if the state has another version, or is gone; it is
   *     unchanged by this call. {@code STORAGE_FAILED}: the next load finds either the whole state
   *     or no state
   */
  void delete(String name, long expectedVersion);

  /**
   * Whether a state may have this name. Does not use a regular expression, because every start
   * checks all names.
   */
  static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= 64
        && name.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'));
  }

  /** Returns the name. Throws {@link IllegalArgumentException} if it is not allowed. */
  static String requireName(String name) {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "state name '" + name + "' is not 1 to 64 characters of [a-z0-9-]");
    }
    return name;
  }
}
