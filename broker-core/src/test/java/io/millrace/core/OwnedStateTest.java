package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import io.millrace.storage.memory.MemoryStorage;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A state that one broker owns, and another broker that replaces it. */
class OwnedStateTest {

  private final WatchedStorage storage = new WatchedStorage(new MemoryStorage(1 << 20));
  private final StateStore states = storage.states();
  private final OwnedState owned = new OwnedState(states, "topics");

  private static void assertRefused(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private Optional<byte[]> stored() {
    return new OwnedState(states, "topics").load();
  }

  @Test
  void aStateIsSavedTimeAfterTime() {
    assertThat(owned.load()).isEmpty();
    owned.save(new byte[] {1});
    owned.save(new byte[] {2});
    assertThat(stored()).hasValue(new byte[] {2});
  }

  @Test
  void aStateThatAnotherBrokerHasReplacedIsNotReplacedAgain() {
    owned.load();
    owned.save(new byte[] {1});
    states.save("topics", states.load("topics").orElseThrow().version(), new byte[] {9});
    assertRefused(ErrorCode.FENCED, () -> owned.save(new byte[] {2}));
    assertRefused(ErrorCode.FENCED, () -> owned.save(new byte[] {3}));
    assertThat(stored()).hasValue(new byte[] {9});
  }

  @Test
  void afterASaveThatFailedTheNextOneSucceedsWhateverBecameOfIt() {
    owned.load();
    owned.save(new byte[] {1});
    storage.failingSave = new StorageException(ErrorCode.STORAGE_FAILED, "broken");
    assertRefused(ErrorCode.STORAGE_FAILED, () -> owned.save(new byte[] {2}));
    storage.failingSave = null;
    owned.save(new byte[] {3});
    storage.afterSave =
        () -> {
          throw new StorageException(ErrorCode.STORAGE_FAILED, "saved, but not said to be");
        };
    assertRefused(ErrorCode.STORAGE_FAILED, () -> owned.save(new byte[] {4}));
    storage.afterSave = () -> {};
    owned.save(new byte[] {5});
    assertThat(stored()).hasValue(new byte[] {5});
  }

  @Test
  void afterASaveThatFailedTheStateOfAnotherBrokerStays() {
    owned.load();
    owned.save(new byte[] {1});
    storage.failingSave = new StorageException(ErrorCode.STORAGE_FAILED, "broken");
    assertRefused(ErrorCode.STORAGE_FAILED, () -> owned.save(new byte[] {2}));
    storage.failingSave = null;
    states.save("topics", states.load("topics").orElseThrow().version(), new byte[] {9});
    assertRefused(ErrorCode.FENCED, () -> owned.save(new byte[] {3}));
    assertThat(stored()).hasValue(new byte[] {9});
  }

  @Test
  void aDeletedStateIsGoneAndCanBeMadeAgain() {
    owned.delete();
    owned.save(new byte[] {1});
    owned.delete();
    assertThat(stored()).isEmpty();
    owned.delete();
    owned.save(new byte[] {2});
    assertThat(stored()).hasValue(new byte[] {2});
  }

  @Test
  void afterADeletionThatFailedTheNextChangeSucceedsWhateverBecameOfIt() {
    owned.save(new byte[] {1});
    storage.failingSave = new StorageException(ErrorCode.STORAGE_FAILED, "broken");
    assertRefused(ErrorCode.STORAGE_FAILED, owned::delete);
    storage.failingSave = null;
    owned.save(new byte[] {2});
    storage.afterSave =
        () -> {
          throw new StorageException(ErrorCode.STORAGE_FAILED, "deleted, but not said to be");
        };
    assertRefused(ErrorCode.STORAGE_FAILED, owned::delete);
    storage.afterSave = () -> {};
    owned.save(new byte[] {3});
    assertThat(stored()).hasValue(new byte[] {3});
  }

  @Test
  void aStateThatAnotherBrokerHasReplacedIsNotDeleted() {
    owned.save(new byte[] {1});
    states.save("topics", states.load("topics").orElseThrow().version(), new byte[] {9});
    assertRefused(ErrorCode.FENCED, owned::delete);
    assertRefused(ErrorCode.FENCED, owned::delete);
    assertThat(stored()).hasValue(new byte[] {9});
  }
}
