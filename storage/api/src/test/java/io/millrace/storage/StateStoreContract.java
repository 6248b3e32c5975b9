package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of the states of every storage engine. The test of an engine extends it. */
public abstract class StateStoreContract {

  private static final long NONE = StateStore.NO_VERSION;

  protected LogStorage storage;
  protected StateStore states;

  /** A fresh, empty storage. */
  protected abstract LogStorage create();

  /** The storage of a next broker, after this one was closed. */
  protected abstract LogStorage reopen(LogStorage closed);

  /** The storage of a next broker, after the process of this one died in the middle of it. */
  protected abstract LogStorage afterKill(LogStorage running);

  @BeforeEach
  void open() {
    storage = create();
    states = storage.states();
  }

  @AfterEach
  void close() {
    storage.close();
  }

  private void restart() {
    storage.close();
    storage = reopen(storage);
    states = storage.states();
  }

  private static void assertFenced(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));
  }

  @Test
  void aStateIsReplacedWholeAndSurvivesAReopen() {
    assertThat(states.load("topics")).isEmpty();
    long first = states.save("topics", NONE, new byte[] {1, 2, 3});
    states.save("topics", first, new byte[] {4});
    states.save("producer-ids", NONE, new byte[0]);
    assertThat(TestStates.load(states, "topics")).hasValue(new byte[] {4});
    restart();
    assertThat(TestStates.load(states, "topics")).hasValue(new byte[] {4});
    assertThat(TestStates.load(states, "producer-ids")).hasValue(new byte[0]);
    assertThat(storage.list()).as("logs").isEmpty();
  }

  @Test
  void aStateIsReplacedOnlyInTheVersionThatItsWriterKnows() {
    assertFenced(() -> states.save("topics", 1, new byte[] {0}));
    assertThat(states.load("topics")).isEmpty();
    long first = states.save("topics", NONE, new byte[] {1});
    assertThat(first).isPositive();
    assertFenced(() -> states.save("topics", NONE, new byte[] {2}));
    long second = states.save("topics", first, new byte[] {3});
    assertThat(second).isNotEqualTo(first);
    assertFenced(() -> states.save("topics", first, new byte[] {4}));
    StoredState stored = states.load("topics").orElseThrow();
    assertThat(stored.version()).isEqualTo(second);
    assertThat(stored.bytes()).containsExactly(3);
  }

  @Test
  void aLoadedVersionIsTheOneToSaveAlsoAfterAReopen() {
    long version = NONE;
    for (byte i = 0; i < 5; i++) {
      version = states.save("topics", version, new byte[] {i});
    }
    restart();
    StoredState stored = states.load("topics").orElseThrow();
    states.save("topics", stored.version(), new byte[] {9});
    assertFenced(() -> states.save("topics", stored.version(), new byte[] {10}));
    assertThat(TestStates.load(states, "topics")).hasValue(new byte[] {9});
  }

  @Test
  void writersOfDifferentStatesDoNotConflict() {
    long ofA = states.save("a", NONE, new byte[] {1});
    long ofB = states.save("b", NONE, new byte[] {2});
    states.save("b", ofB, new byte[] {3});
    states.save("a", ofA, new byte[] {4});
    assertThat(TestStates.load(states, "a")).hasValue(new byte[] {4});
    assertThat(TestStates.load(states, "b")).hasValue(new byte[] {3});
  }

  @Test
  void aLoadedStateIsTheCallersOwn() {
    byte[] saved = {1};
    states.save("topics", NONE, saved);
    saved[0] = 2;
    states.load("topics").orElseThrow().bytes()[0] = 3;
    assertThat(TestStates.load(states, "topics")).hasValue(new byte[] {1});
  }

  @Test
  void aStatesNameCannotLeaveTheStorage() {
    for (String name : List.of("", "../x", "A", "a/b", "a".repeat(65))) {
      assertThatThrownBy(() -> states.save(name, NONE, new byte[1]))
          .as("save '%s'", name)
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> states.load(name))
          .as("load '%s'", name)
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> states.delete(name, NONE))
          .as("delete '%s'", name)
          .isInstanceOf(IllegalArgumentException.class);
    }
    String longest = "z".repeat(64);
    states.save(longest, NONE, new byte[1]);
    assertThat(states.list("")).containsExactly(longest);
  }

  @Test
  void statesAreListedByPrefixInOrder() {
    assertThat(states.list("")).isEmpty();
    for (String name : List.of("topic-b", "topic-a", "topics", "producers-a", "topic")) {
      states.save(name, NONE, new byte[] {1});
    }
    assertThat(states.list("topic-")).containsExactly("topic-a", "topic-b");
    assertThat(states.list("x")).isEmpty();
    restart();
    assertThat(states.list("")).hasSize(5);
    assertThat(states.list("topic-")).containsExactly("topic-a", "topic-b");
  }

  @Test
  void aDeletedStateIsGoneAlsoAfterAKill() {
    long kept = states.save("kept", NONE, new byte[] {1});
    long version = states.save("topic-a", NONE, new byte[] {2});
    states.delete("topic-a", version);
    assertThat(states.load("topic-a")).isEmpty();
    assertThat(states.list("")).containsExactly("kept");
    LogStorage running = storage;
    storage = afterKill(running);
    states = storage.states();
    running.close();
    assertThat(states.load("topic-a")).isEmpty();
    assertThat(states.list("")).containsExactly("kept");
    assertThat(states.load("kept").map(StoredState::version)).isPresent();
    assertThat(kept).isPositive();
  }

  @Test
  void aStateIsDeletedOnlyInTheVersionThatItsWriterKnows() {
    states.delete("topic-a", NONE);
    assertFenced(() -> states.delete("topic-a", 1));
    long first = states.save("topic-a", NONE, new byte[] {1});
    assertFenced(() -> states.delete("topic-a", NONE));
    long second = states.save("topic-a", first, new byte[] {2});
    assertFenced(() -> states.delete("topic-a", first));
    assertThat(TestStates.load(states, "topic-a")).hasValue(new byte[] {2});
    states.delete("topic-a", second);
    assertFenced(() -> states.delete("topic-a", second));
  }

  @Test
  void aStateThatWasMadeAgainIsNotTheOneThatItsWriterKnew() {
    long first = states.save("topic-a", NONE, new byte[] {1});
    states.delete("topic-a", first);
    assertFenced(() -> states.save("topic-a", first, new byte[] {2}));
    long again = states.save("topic-a", NONE, new byte[] {3});
    assertThat(again).isNotEqualTo(first);
    assertFenced(() -> states.save("topic-a", first, new byte[] {4}));
    assertFenced(() -> states.delete("topic-a", first));
    assertThat(TestStates.load(states, "topic-a")).hasValue(new byte[] {3});
  }
}
