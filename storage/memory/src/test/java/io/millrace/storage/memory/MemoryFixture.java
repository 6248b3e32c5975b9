package io.millrace.storage.memory;

import io.millrace.storage.ContractSettings;
import io.millrace.storage.EngineFixture;
import io.millrace.storage.ForcedLog;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecordingListener;
import io.millrace.storage.TestSettings;

/** The in-memory engine whose logs are forced by the caller. */
class MemoryFixture implements EngineFixture {

  static final long CAPACITY_BYTES = 16 << 20;

  @Override
  public ContractSettings settings() {
    return TestSettings.OF_SEGMENTS;
  }

  @Override
  public LogStorage create() {
    return new MemoryStorage(CAPACITY_BYTES);
  }

  @Override
  public LogStorage reopen(LogStorage closed) {
    return ((MemoryStorage) closed).afterRestart();
  }

  @Override
  public LogStorage afterKill(LogStorage running) {
    return ((MemoryStorage) running).afterRestart();
  }

  @Override
  public void makeDurable(LogStorage storage, PartitionLog log, RecordingListener listener) {
    ((ForcedLog) log).force();
  }

  @Override
  public void close() {
    // It has no threads.
  }
}
