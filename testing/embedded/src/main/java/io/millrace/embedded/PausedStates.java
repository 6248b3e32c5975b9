package io.millrace.embedded;

import io.millrace.storage.StateStore;
import io.millrace.storage.StoredState;
import java.util.Optional;
import java.util.SortedSet;

/** States that do not change while a {@link Pause} is held. Any thread. */
record PausedStates(StateStore inner, Pause pause) implements StateStore {

  @Override
  public SortedSet<String> list(String prefix) {
    return inner.list(prefix);
  }

  @Override
  public Optional<StoredState> load(String name) {
    return inner.load(name);
  }

  @Override
  public long save(String name, long expectedVersion, byte[] bytes) {
    return pause.change(() -> inner.save(name, expectedVersion, bytes));
  }

  @Override
  public void delete(String name, long expectedVersion) {
    pause.change(() -> inner.delete(name, expectedVersion));
  }
}
