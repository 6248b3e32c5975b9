package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import io.millrace.storage.StoredState;
import java.util.Arrays;
import java.util.Optional;

/**
 * A named state that only this broker replaces. A change that fails may nevertheless be on disk. So
 * the next change first loads the state, and fails with {@code FENCED} unless the state is one of
 * this broker. One thread at a time.
 */
public final class OwnedState {

  private final StateStore states;
  private final String name;
  private long version;

  /** The state as it was loaded or saved last; null if there is none. */
  private byte[] known;

  /** Whether a change has failed, so that the state is {@link #known} or {@link #attempted}. */
  private boolean inDoubt;

  /** The state after the change that failed; null if it was a deletion. */
  private byte[] attempted;

  /** A state that is not loaded yet. */
  public OwnedState(StateStore states, String name) {
    this.states = states;
    this.name = name;
  }

  /**
   * The bytes that were saved last. One call, before the first save.
   *
   * @throws StorageException as {@link StateStore#load}
   */
  public Optional<byte[]> load() {
    Optional<StoredState> state = states.load(name);
    version = state.map(StoredState::version).orElse(StateStore.NO_VERSION);
    known = state.map(StoredState::bytes).orElse(null);
    return Optional.ofNullable(known);
  }

  /**
   * Replaces the state.
   *
   * @param bytes the content, which the caller must not change afterwards
   * @throws StorageException as {@link StateStore#save}
   */
  public void save(byte[] bytes) {
    settle();
    begin(bytes);
    version = states.save(name, version, bytes);
    end(bytes);
  }

  /**
   * Deletes the state, if there is one.
   *
   * @throws StorageException as {@link StateStore#delete}
   */
  public void delete() {
    settle();
    begin(null);
    states.delete(name, version);
    version = StateStore.NO_VERSION;
    end(null);
  }

  private void begin(byte[] bytes) {
    inDoubt = true;
    attempted = bytes;
  }

  private void end(byte[] bytes) {
    inDoubt = false;
    attempted = null;
    known = bytes;
  }

  private void settle() {
    if (!inDoubt) {
      return;
    }
    Optional<StoredState> found = states.load(name);
    byte[] bytes = found.map(StoredState::bytes).orElse(null);
    if (!Arrays.equals(bytes, known) && !Arrays.equals(bytes, attempted)) {
      throw new StorageException(
          ErrorCode.FENCED,
          "state '" + name + "' was replaced by another broker; restart this one to load it");
    }
    version = found.map(StoredState::version).orElse(StateStore.NO_VERSION);
    end(bytes);
  }
}
