package io.millrace.storage.memory;

import io.millrace.storage.Refusals;
import io.millrace.storage.StateStore;
import io.millrace.storage.StoredState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** States in a map; the arrays in it are never handed out. Any thread. */
final class MemoryStates implements StateStore {

  private final Map<String, StoredState> states;

  /** The largest version of any state, also of those that were deleted. */
  private long lastVersion;

  MemoryStates() {
    this(Map.of(), NO_VERSION);
  }

  private MemoryStates(Map<String, StoredState> states, long lastVersion) {
    this.states = new HashMap<>(states);
    this.lastVersion = lastVersion;
  }

  synchronized MemoryStates copy() {
    return new MemoryStates(states, lastVersion);
  }

  @Override
  public synchronized SortedSet<String> list(String prefix) {
    SortedSet<String> names = new TreeSet<>(states.keySet());
    names.removeIf(name -> !name.startsWith(prefix));
    return names;
  }

  @Override
  public synchronized Optional<StoredState> load(String name) {
    return Optional.ofNullable(states.get(StateStore.requireName(name)))
        .map(state -> new StoredState(state.version(), state.bytes().clone()));
  }

  @Override
  public synchronized long save(String name, long expectedVersion, byte[] bytes) {
    requireVersion(name, expectedVersion);
    lastVersion++;
    states.put(name, new StoredState(lastVersion, bytes.clone()));
    return lastVersion;
  }

  @Override
  public synchronized void delete(String name, long expectedVersion) {
    requireVersion(name, expectedVersion);
    states.remove(name);
  }

  private void requireVersion(String name, long expected) {
    StoredState state = states.get(StateStore.requireName(name));
    Refusals.requireVersion(name, expected, state == null ? NO_VERSION : state.version());
  }
}
