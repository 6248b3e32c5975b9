package io.millrace.storage.memory;

import io.millrace.storage.StateStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** States in a map; the arrays in it are never handed out. */
final class MemoryStates implements StateStore {

  private final Map<String, byte[]> states;

  MemoryStates(Map<String, byte[]> states) {
    this.states = new ConcurrentHashMap<>(states);
  }

  MemoryStates copy() {
    return new MemoryStates(states);
  }

  @Override
  public Optional<byte[]> load(String name) {
    return Optional.ofNullable(states.get(StateStore.requireName(name))).map(byte[]::clone);
  }

  @Override
  public void save(String name, byte[] bytes) {
    states.put(StateStore.requireName(name), bytes.clone());
  }
}
