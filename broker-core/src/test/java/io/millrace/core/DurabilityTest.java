package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Replayed;
import io.millrace.storage.TestBatches;
import io.millrace.storage.memory.MemoryStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The checkpoints of a log that makes its appends durable by itself. */
class DurabilityTest {

  private static final PartitionName NAME =
      new PartitionName("rides", new LogId(new UUID(1, 2), 0));

  private final ManualOwner owner = new ManualOwner(() -> {});
  private final List<BrokerException> failures = new ArrayList<>();

  @Test
  void aCheckpointThatWaitsIsGivenUpWhenTheLogFails() {
    try (PartitionLog log = openLogThatConfirmsNothing()) {
      Durability durability =
          new Durability(NAME, log, new OwnerAsFlusher(owner), BrokerObserver.none());
      durability.listen(new Failures());
      log.append(TestBatches.next(log, 1, 200, 0, 0));
      CompletableFuture<Void> checkpoint = durability.checkpoint(1, new byte[0]);
      owner.runAll();
      assertThat(checkpoint).as("nothing is durable").isNotDone();

      BrokerException failure =
          new BrokerException(ErrorCode.STORAGE_FAILED, "broken, says the test");
      durability.appendFailed(failure);
      owner.runAll();

      assertThat(checkpoint).isCompleted();
      assertThat(durability.checkpointed()).as("nothing was saved").isNegative();
      assertThat(failures).containsExactly(failure);
    }
  }

  private static PartitionLog openLogThatConfirmsNothing() {
    List<Runnable> completions = new ArrayList<>();
    CompletableFuture<PartitionLog> opening =
        new MemoryStorage(1 << 20, completions::add)
            .open(
                NAME.log(),
                TestBroker.SETTINGS.topicDefaults().logSettings(),
                new Replayed(),
                new BufferedLogEvents())
            .toCompletableFuture();
    completions.forEach(Runnable::run); // of the opening
    return Await.result(opening);
  }

  private final class Failures implements Durability.OutcomeListener {

    @Override
    public void durableAdvanced() {
      throw new AssertionError("nothing is durable");
    }

    @Override
    public void logFailed(BrokerException cause) {
      failures.add(cause);
    }
  }
}
