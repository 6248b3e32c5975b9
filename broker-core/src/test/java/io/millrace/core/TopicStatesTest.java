package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.storage.LogStorage;
import io.millrace.storage.StateStore;
import io.millrace.storage.memory.MemoryStorage;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopicStatesTest {

  private static final TopicStateName NAMES = new TopicStateName("test-");

  /** An even number, because two threads read in pairs. */
  private static final int READS = 2_000;

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

  /** The reads after the defect take long, because each waits for one of the other thread. */
  @Test
  void aDefectLeavesAsItselfWhenNoStateIsBeingReadAnyMore() {
    List<UUID> topics = IntStream.rangeClosed(0, READS).mapToObj(i -> new UUID(0, i)).toList();
    topics.forEach(this::save);
    CyclicBarrier pairs = new CyclicBarrier(2);
    AtomicInteger read = new AtomicInteger();
    AtomicInteger readAtReturn = new AtomicInteger();
    assertThatThrownBy(
            () -> {
              try {
                states.loadAll(
                    2,
                    topicId -> {
                      if (topicId.equals(topics.get(0))) {
                        throw new IllegalStateException("defect, says the test");
                      }
                      Await.barrier(pairs);
                      return read.incrementAndGet();
                    });
              } finally {
                readAtReturn.set(read.get());
              }
            })
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("defect, says the test");
    assertThat(readAtReturn).hasValue(READS);
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
