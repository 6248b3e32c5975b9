package io.millrace.core;

import io.millrace.storage.ContractSettings;
import io.millrace.storage.EngineFixture;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecordingListener;
import io.millrace.storage.SelfForcingLogContract;
import io.millrace.storage.TestSettings;

/** The third engine keeps the contract, so that the core is tested on one that could exist. */
class DelayingStorageContractTest extends SelfForcingLogContract {

  @Override
  protected EngineFixture newFixture() {
    return new Fixture();
  }

  private record Fixture() implements EngineFixture {

    @Override
    public ContractSettings settings() {
      return TestSettings.OF_SEGMENTS;
    }

    @Override
    public LogStorage create() {
      return DelayingStorage.create(() -> {});
    }

    @Override
    public LogStorage reopen(LogStorage closed) {
      DelayingStorage next = ((DelayingStorage) closed).next();
      next.letOpens();
      return next;
    }

    @Override
    public LogStorage afterKill(LogStorage running) {
      return reopen(running);
    }

    @Override
    public void makeDurable(LogStorage storage, PartitionLog log, RecordingListener listener) {
      ((DelayingStorage) storage).makeDurable(log.id());
    }

    @Override
    public void close() {
      // It has no threads.
    }
  }
}
