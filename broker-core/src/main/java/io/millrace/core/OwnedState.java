package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import io.millrace.storage.StoredState;
import java.util.Arrays;
import java.util.Optional;

/**
 * A named state that only this broker replaces. A save that fails may still have replaced the
 * state. The next save therefore loads the state first, and continues only if this broker has
 * written it. One thread at a time.
 */
final class OwnedState {

  private final StateStore states;
  private final String name;
  private long version;

  /** The state as it was loaded or saved last; null if there is none. */
  private byte[] known;

  /** The bytes of the last save if it has failed; else null. */
  private byte[] inDoubt;

  OwnedState(StateStore states, String name) {
    this.states = states;
    this.name = name;
  }

  /**
   * The bytes that were saved last. One call, before the first save.
   *
   * @throws StorageException as {@link StateStore#load}
   */
  Optional<byte[]> load() {
    Optional<StoredState> state = states.load(name);
    version = state.map(StoredState::version).orElse(StateStore.NO_VERSION);
    known = state.map(StoredState::bytes).orElse(null);
    return Optional.ofNullable(known);
  }

  /**
   * Replaces the state.
   *
   * @param bytes not changed by the caller afterwards
   * @throws StorageException as {@link StateStore#save}
   */
  void save(byte[] bytes) {
    if (inDoubt != null) {
      settle();
    }
    inDoubt = bytes;
    version = states.save(name, version, bytes);
    known = bytes;
    inDoubt = null;
  }

  private void settle() {
    Optional<StoredState> found = states.load(name);
    byte[] bytes = found.map(StoredState::bytes).orElse(null);
    if (!Arrays.equals(bytes, known) && !Arrays.equals(bytes, inDoubt)) {
      throw new StorageException(
          ErrorCode.FENCED,
          "state '" + name + "' was replaced by another broker; restart this one to load it");
    }
    version = found.map(StoredState::version).orElse(StateStore.NO_VERSION);
    known = bytes;
    inDoubt = null;
  }
}
