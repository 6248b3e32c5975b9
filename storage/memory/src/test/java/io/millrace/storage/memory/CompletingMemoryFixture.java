package io.millrace.storage.memory;

import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecordingListener;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The in-memory engine that completes on other threads. */
final class CompletingMemoryFixture extends MemoryFixture {

  private final ExecutorService completions = Executors.newFixedThreadPool(2);

  @Override
  public LogStorage create() {
    return new MemoryStorage(CAPACITY_BYTES, completions);
  }

  @Override
  public void makeDurable(LogStorage storage, PartitionLog log, RecordingListener listener) {
    listener.awaitDurable(log.offsets().end());
  }

  @Override
  public void close() {
    completions.shutdown();
  }
}
