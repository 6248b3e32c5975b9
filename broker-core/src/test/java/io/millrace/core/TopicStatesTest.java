package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.storage.LogStorage;
import io.millrace.storage.StateStore;
import io.millrace.storage.memory.MemoryStorage;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopicStatesTest {

  private static final TopicStateName NAMES = new TopicStateName("test-");
  private static final UUID FIRST = new UUID(0, 1);
  private static final UUID SECOND = new UUID(0, 2);

  private final LogStorage storage = new MemoryStorage(1 << 20);
  private final TopicStates states = new TopicStates(storage.states(), NAMES);

  private void save(UUID topicId) {
    storage.states().save(NAMES.of(topicId), StateStore.NO_VERSION, new byte[] {1});
  }

  @Test
  void theResultsHaveTheOrderOfTheNamesAndOtherStatesAreLeftAlone() {
    storage.states().save("test-of-no-topic", StateStore.NO_VERSION, new byte[] {1});
    List<UUID> topics = IntStream.range(0, 40).mapToObj(i -> new UUID(0, i)).toList();
    topics.forEach(this::save);
    assertThat(states.loadAll(4, topicId -> topicId)).isEqualTo(topics);
  }

  @Test
  void aDefectLeavesAsItselfWhenNoStateIsBeingReadAnyMore() {
    save(FIRST);
    save(SECOND);
    Thread caller = Thread.currentThread();
    CountDownLatch secondReads = new CountDownLatch(1);
    CompletableFuture<Thread> firstReader = new CompletableFuture<>();
    AtomicBoolean secondHasRead = new AtomicBoolean();
    assertThatThrownBy(
            () ->
                states.loadAll(
                    2,
                    topicId -> {
                      if (topicId.equals(FIRST)) {
                        Await.zero(secondReads);
                        firstReader.complete(Thread.currentThread());
                        throw new IllegalStateException("defect, says the test");
                      }
                      secondReads.countDown();
                      Await.until("first is read", () -> waits(Await.result(firstReader)));
                      Await.until("the caller waits for the second", () -> waits(caller));
                      secondHasRead.set(true);
                      return topicId;
                    }))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("defect, says the test");
    assertThat(secondHasRead).isTrue();
  }

  private static boolean waits(Thread thread) {
    return thread.getState() == Thread.State.WAITING;
  }

  @Test
  void aBrokerThatFailsToStartByADefectClosesItsStorage() {
    for (Throwable defect :
        List.of(new IllegalStateException("test"), new AssertionError("test"))) {
      TakeoverStorage watched = new TakeoverStorage(new MemoryStorage(1 << 20));
      watched.beforeStates =
          () -> {
            throw StageFailure.thrown(defect);
          };
      assertThatThrownBy(
              () ->
                  Broker.open(
                      TestBroker.SETTINGS,
                      watched,
                      id -> new ManualOwner(() -> {}),
                      new TestClock(),
                      (opened, total) -> {},
                      BrokerObserver.none()))
          .isSameAs(defect);
      assertThat(watched.closed).isTrue();
    }
  }
}
