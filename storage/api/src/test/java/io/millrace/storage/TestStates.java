package io.millrace.storage;

import java.util.Optional;

/** States of one writer, who looks at the version each time. */
public final class TestStates {

  private TestStates() {}

  public static Optional<byte[]> load(StateStore states, String name) {
    return states.load(name).map(StoredState::bytes);
  }

  public static long save(StateStore states, String name, byte[] bytes) {
    long version = states.load(name).map(StoredState::version).orElse(StateStore.NO_VERSION);
    return states.save(name, version, bytes);
  }
}
