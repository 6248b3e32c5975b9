package io.millrace.server.security;

import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;

/**
 * The users, tokens and rules of a broker, loaded when they are first needed: a broker without
 * authentication does not read them. Any thread.
 */
public final class LazyAccess {

  private final StateStore states;
  private AccessStore loaded; // guarded by this

  public LazyAccess(StateStore states) {
    this.states = states;
  }

  /**
   * The users, tokens and rules. The first call blocks.
   *
   * @throws StorageException as {@link AccessStore#open}; a later call tries again
   */
  public synchronized AccessStore get() {
    if (loaded == null) {
      loaded = AccessStore.open(states);
    }
    return loaded;
  }
}
