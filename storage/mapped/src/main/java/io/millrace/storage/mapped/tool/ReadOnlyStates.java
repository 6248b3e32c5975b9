package io.millrace.storage.mapped.tool;

import io.millrace.storage.StateStore;
import io.millrace.storage.StoredState;
import io.millrace.storage.mapped.file.FileStates;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The states of a data directory, loaded as a broker loads them, but without the repair of their
 * files. They cannot be changed. Blocks on the disk. Any thread.
 */
record ReadOnlyStates(Path directory, StateInspector inspector) implements StateStore {

  private static final long ANY_VERSION = 1;

  @Override
  public SortedSet<String> list(String prefix) {
    SortedSet<String> names = new TreeSet<>(inspector.names());
    names.removeIf(name -> !name.startsWith(prefix) || !StateStore.isName(name));
    return names;
  }

  @Override
  public Optional<StoredState> load(String name) {
    return FileStates.peek(directory, StateStore.requireName(name))
        .map(bytes -> new StoredState(ANY_VERSION, bytes));
  }

  @Override
  public long save(String name, long expectedVersion, byte[] bytes) {
    throw new UnsupportedOperationException("a tool does not save the state '" + name + "'");
  }

  @Override
  public void delete(String name, long expectedVersion) {
    throw new UnsupportedOperationException("a tool does not delete the state '" + name + "'");
  }
}
