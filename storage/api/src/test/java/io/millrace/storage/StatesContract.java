package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The small states beside the logs. */
interface StatesContract extends LogContract {

  @Test
  default void aStateIsReplacedWholeAndSurvivesAReopen() {
    StateStore states = storage().states();
    assertThat(states.load("topics")).isEmpty();
    long first = states.save("topics", StateStore.NO_VERSION, new byte[] {1, 2, 3});
    states.save("topics", first, new byte[] {4});
    states.save("producer-ids", StateStore.NO_VERSION, new byte[0]);
    assertThat(TestStates.load(states, "topics")).hasValue(new byte[] {4});
    restart(new Replayed());
    assertThat(TestStates.load(storage().states(), "topics")).hasValue(new byte[] {4});
    assertThat(TestStates.load(storage().states(), "producer-ids")).hasValue(new byte[0]);
    assertThat(storage().list()).containsExactly(ID);
  }

  @Test
  default void aStateIsReplacedOnlyInTheVersionThatItsWriterKnows() {
    StateStore states = storage().states();
    LogContract.assertCode(ErrorCode.FENCED, () -> states.save("topics", 1, new byte[] {0}));
    assertThat(states.load("topics")).isEmpty();
    long first = states.save("topics", StateStore.NO_VERSION, new byte[] {1});
    assertThat(first).isPositive();
    LogContract.assertCode(
        ErrorCode.FENCED, () -> states.save("topics", StateStore.NO_VERSION, new byte[] {2}));
    long second = states.save("topics", first, new byte[] {3});
    assertThat(second).isNotEqualTo(first);
    LogContract.assertCode(ErrorCode.FENCED, () -> states.save("topics", first, new byte[] {4}));
    StoredState stored = states.load("topics").orElseThrow();
    assertThat(stored.version()).isEqualTo(second);
    assertThat(stored.bytes()).containsExactly(3);
  }

  @Test
  default void aLoadedVersionIsTheOneToSaveAlsoAfterAReopen() {
    StateStore states = storage().states();
    long version = StateStore.NO_VERSION;
    for (byte i = 0; i < 5; i++) {
      version = states.save("topics", version, new byte[] {i});
    }
    restart(new Replayed());
    StoredState stored = storage().states().load("topics").orElseThrow();
    storage().states().save("topics", stored.version(), new byte[] {9});
    LogContract.assertCode(
        ErrorCode.FENCED,
        () -> storage().states().save("topics", stored.version(), new byte[] {10}));
    assertThat(TestStates.load(storage().states(), "topics")).hasValue(new byte[] {9});
  }

  @Test
  default void aLoadedStateIsTheCallersOwn() {
    StateStore states = storage().states();
    byte[] saved = {1};
    states.save("topics", StateStore.NO_VERSION, saved);
    saved[0] = 2;
    states.load("topics").orElseThrow().bytes()[0] = 3;
    assertThat(TestStates.load(states, "topics")).hasValue(new byte[] {1});
  }

  @Test
  default void aStatesNameCannotLeaveTheStorage() {
    for (String name : List.of("", "../x", "A", "a/b", "a".repeat(65))) {
      assertThatThrownBy(() -> storage().states().save(name, StateStore.NO_VERSION, new byte[1]))
          .as("name '%s'", name)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
