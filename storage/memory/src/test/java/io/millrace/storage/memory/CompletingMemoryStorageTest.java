package io.millrace.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.LogListener;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.SelfForcingLogContract;
import io.millrace.storage.Told;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The in-memory engine that completes on other threads. */
class CompletingMemoryStorageTest extends SelfForcingLogContract {

  private static final long CAPACITY_BYTES = 16 << 20;

  private final ExecutorService completions = Executors.newFixedThreadPool(2);

  @AfterEach
  void endCompletions() {
    completions.shutdown();
  }

  @Override
  protected LogStorage create() {
    return new MemoryStorage(CAPACITY_BYTES, completions);
  }

  @Override
  protected LogStorage reopen(LogStorage closed) {
    return ((MemoryStorage) closed).afterRestart();
  }

  @Override
  protected LogStorage afterKill(LogStorage running) {
    return ((MemoryStorage) running).afterRestart();
  }

  @Test
  void aPowerCutLosesWhatWasNotToldToBeDurable() {
    Queue<Runnable> held = new ArrayDeque<>();
    MemoryStorage holding = new MemoryStorage(CAPACITY_BYTES, held::add);
    Told durable = new Told();
    log.close();
    log = opened(holding, durable, held);
    append(2, 10_000);
    held.remove().run();
    append(2, 10_000);
    assertThat(log.offsets()).isEqualTo(new LogOffsets(0, 2, 4));
    assertThat(durable.durable()).containsExactly(2L);
    LogStorage next = holding.afterPowerCut();
    held.clear();
    try (PartitionLog recovered = opened(next, new Told(), held)) {
      assertThat(recovered.offsets()).isEqualTo(new LogOffsets(0, 2, 2));
    }
  }

  private static PartitionLog opened(LogStorage on, LogListener listener, Queue<Runnable> held) {
    CompletionStage<PartitionLog> opening = on.open(ID, SETTINGS, new Replayed(), listener);
    assertThat(opening.toCompletableFuture()).isNotDone();
    held.remove().run();
    return opening.toCompletableFuture().join();
  }
}
