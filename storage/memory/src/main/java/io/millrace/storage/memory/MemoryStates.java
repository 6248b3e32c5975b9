package io.millrace.storage.memory;

import io.millrace.storage.Refusals;
import io.millrace.storage.StateStore;
import io.millrace.storage.StoredState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** States in a map; the arrays in it are never handed out. Any thread. */
final class MemoryStates implements StateStore {

  private final Map<String, StoredState> states;

  MemoryStates(Map<String, StoredState> states) {
    this.states = new HashMap<>(states);
  }

  synchronized MemoryStates copy() {
    return new MemoryStates(states);
  }

  @Override
  public synchronized Optional<StoredState> load(String name) {
    return Optional.ofNullable(states.get(StateStore.requireName(name)))
        .map(state -> new StoredState(state.version(), state.bytes().clone()));
  }

  @Override
  public synchronized long save(String name, long expectedVersion, byte[] bytes) {
    StoredState state = states.get(StateStore.requireName(name));
    long version = state == null ? NO_VERSION : state.version();
    Refusals.requireVersion(name, expectedVersion, version);
    states.put(name, new StoredState(version + 1, bytes.clone()));
    return version + 1;
  }
}
