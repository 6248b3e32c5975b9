package io.millrace.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.EngineFixture;
import io.millrace.storage.LogListener;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecordingListener;
import io.millrace.storage.Replayed;
import io.millrace.storage.SelfForcingLogContract;
import io.millrace.storage.TestBatches;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The in-memory engine that completes on other threads. */
class CompletingMemoryStorageTest extends SelfForcingLogContract {

  @Override
  protected EngineFixture newFixture() {
    return new CompletingMemoryFixture();
  }

  @Test
  void aPowerFailureLosesWhatWasNotReportedAsDurable() {
    Queue<Runnable> held = new ArrayDeque<>();
    MemoryStorage holding = new MemoryStorage(MemoryFixture.CAPACITY_BYTES, held::add);
    RecordingListener durable = new RecordingListener();
    PartitionLog log = opened(holding, durable, held);
    log.append(TestBatches.next(log, 2, 10_000, 1, 1));
    held.remove().run();
    log.append(TestBatches.next(log, 2, 10_000, 1, 1));
    assertThat(log.offsets()).isEqualTo(new LogOffsets(0, 2, 4));
    assertThat(durable.durable()).containsExactly(2L);
    LogStorage next = holding.afterPowerFailure();
    log.close();
    held.clear();
    try (PartitionLog recovered = opened(next, new RecordingListener(), held)) {
      assertThat(recovered.offsets()).isEqualTo(new LogOffsets(0, 2, 2));
    }
  }

  private PartitionLog opened(LogStorage on, LogListener listener, Queue<Runnable> held) {
    CompletionStage<PartitionLog> opening = on.open(ID, settings(), new Replayed(), listener);
    assertThat(opening.toCompletableFuture()).isNotDone();
    held.remove().run();
    return opening.toCompletableFuture().join();
  }
}
