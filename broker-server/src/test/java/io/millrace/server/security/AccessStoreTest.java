package io.millrace.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.BrokerException;
import io.millrace.protocol.ErrorCode;
import io.millrace.security.AccessState;
import io.millrace.security.User;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import io.millrace.storage.StoredState;
import io.millrace.storage.memory.MemoryStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class AccessStoreTest {

  /** States whose next save can fail. */
  private static final class FailingStates implements StateStore {

    private final StateStore states = new MemoryStorage(1 << 20).states();
    private boolean full;

    @Override
    public SortedSet<String> list(String prefix) {
      return states.list(prefix);
    }

    @Override
    public Optional<StoredState> load(String name) {
      return states.load(name);
    }

    @Override
    public long save(String name, long expectedVersion, byte[] bytes) {
      if (full) {
        throw new StorageException(ErrorCode.DISK_FULL, "full");
      }
      return states.save(name, expectedVersion, bytes);
    }

    @Override
    public void delete(String name, long expectedVersion) {
      states.delete(name, expectedVersion);
    }
  }

  private final FailingStates states = new FailingStates();
  private final AccessStore store = AccessStore.open(states);

  @Test
  void nothingIsSavedBeforeTheFirstChange() {
    assertThat(store.current().users()).isEmpty();
    assertThat(states.list("")).isEmpty();
  }

  @Test
  void changeIsThereAfterTheNextOpening() {
    store.change(with("alice"));
    store.change(with("bob"));

    AccessState loaded = AccessStore.open(states).current();

    assertThat(loaded.users()).containsOnlyKeys("alice", "bob");
    assertThat(loaded.secret()).isEqualTo(store.current().secret());
  }

  @Test
  void createdStateKeepsItsSecret() {
    store.create();
    store.create();

    assertThat(AccessStore.open(states).current().secret()).isEqualTo(store.current().secret());
  }

  @Test
  void listenersGetEachChangeInItsOrder() {
    List<Set<String>> seen = new ArrayList<>();
    store.onChange(
        state -> {
          throw new IllegalStateException("says the test");
        });
    store.onChange(state -> seen.add(state.users().keySet()));

    store.change(with("alice"));
    store.change(UnaryOperator.identity());
    store.change(with("bob"));

    assertThat(seen).containsExactly(Set.of("alice"), Set.of("alice", "bob"));
  }

  @Test
  void changeThatCannotBeSavedChangesNothing() {
    store.change(with("alice"));
    List<AccessState> seen = new ArrayList<>();
    store.onChange(seen::add);
    states.full = true;

    assertThatThrownBy(() -> store.change(with("bob")))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL));
    assertThat(store.current().users()).containsOnlyKeys("alice");
    assertThat(seen).isEmpty();

    states.full = false;
    store.change(with("carol"));
    assertThat(AccessStore.open(states).current().users()).containsOnlyKeys("alice", "carol");
  }

  @Test
  void tooManyUsersAreRefused() {
    SortedMap<String, User> users = new TreeMap<>();
    for (int i = 0; i <= AccessStore.MAX_USERS; i++) {
      users.put("user-" + i, user("user-" + i));
    }

    assertThatThrownBy(() -> store.change(state -> state.withUsers(users)))
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_REACHED))
        .hasMessage(
            "the broker would have 10001 users; the limit is 10000: remove what is no longer used");
    assertThat(store.current().users()).isEmpty();
  }

  @Test
  void damagedStateSaysWhatToDo() {
    states.save(AccessStore.STATE, StateStore.NO_VERSION, new byte[] {1, 2, 3});

    assertThatThrownBy(() -> AccessStore.open(states))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_LOG))
        .hasMessageContaining("the state 'access' (users, tokens and rules) is damaged")
        .hasMessageContaining("create the users again with 'millrace user add'");
  }

  private static UnaryOperator<AccessState> with(String name) {
    return state -> {
      SortedMap<String, User> users = new TreeMap<>(state.users());
      users.put(name, user(name));
      return state.withUsers(users);
    };
  }

  private static User user(String name) {
    return new User(name, Set.of(), true, List.of());
  }
}
