package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.group.GroupLimits;
import io.millrace.group.GroupMachine;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ProducerSecret;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a replay of the log of groups leaves open when the broker ends. */
class GroupLoaderTest {

  private final TestBroker test = new TestBroker(Engine.MEMORY);
  private final Partition partition = test.topic("log");
  private final ReaderPool readers = new ReaderPool(Executors.newSingleThreadExecutor());
  private final Queue<Runnable> delayed = new ArrayDeque<>();
  private final AtomicInteger refusals = new AtomicInteger();
  private final GroupLoader loader =
      new GroupLoader(
          partition,
          new GroupResources(
              readers,
              new Delays(),
              test.broker.memory(),
              TestBroker.SETTINGS.limits(),
              test.clock),
          () -> new GroupMachine(GroupLimits.DEFAULT),
          new Waiting());

  @AfterEach
  void close() {
    test.owner.beforeExecute = () -> {};
    readers.close();
    test.close();
  }

  /** Keeps what is to run after a delay. */
  private final class Delays implements Flusher {

    @Override
    public Executor pool() {
      throw new AssertionError("the loader writes nothing");
    }

    @Override
    public void afterInterval(Runnable task) {
      throw new AssertionError("the loader writes nothing");
    }

    @Override
    public void after(long delayMs, Runnable task) {
      delayed.add(task);
    }

    @Override
    public void close() {}
  }

  /** Counts how often what waits is refused. */
  private final class Waiting implements GroupLoader.Owner {

    @Override
    public void onOwner(Runnable task) {
      try {
        partition.owner().execute(task);
      } catch (RejectedExecutionException e) {
        refusals.incrementAndGet();
      }
    }

    @Override
    public void loaded(GroupLogReplay replay) {
      throw new AssertionError("loaded");
    }

    @Override
    public void notLoaded(BrokerException cause) {
      throw new AssertionError(cause);
    }
  }

  @Test
  void aReplayIsClosedIfItsOwnerHasEnded() {
    test.appendSynced(partition, Batches.of("not a record of groups"));
    int before = test.storage.openLeases.get();
    test.owner.beforeExecute =
        () -> {
          throw new RejectedExecutionException("closed, says the test");
        };

    loader.load();

    Await.until("refused", () -> refusals.get() == 1);
    assertThat(test.storage.openLeases).as("readers left open").hasValue(before);
  }

  @Test
  void aReplayThatWaitsForEventsIsClosedByTheStop() {
    test.storage.holdForces();
    partition.append(Batches.of("v"), ProducerSecret.NONE, AckLevel.STORED, new Answer());
    int before = test.storage.openLeases.get();
    loader.load();
    test.owner.runUntil(() -> !delayed.isEmpty());
    assertThat(test.storage.openLeases).hasValueGreaterThan(before);

    loader.stop();

    assertThat(test.storage.openLeases).as("readers left open").hasValue(before);
    delayed.remove().run();
    test.owner.runAll();
    assertThat(delayed).as("a stopped loader tries nothing").isEmpty();
    test.storage.letAllForces();
  }
}
