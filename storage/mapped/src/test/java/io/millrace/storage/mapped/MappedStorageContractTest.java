package io.millrace.storage.mapped;

import io.millrace.storage.ContractSettings;
import io.millrace.storage.EngineFixture;
import io.millrace.storage.ForcedLog;
import io.millrace.storage.ForcedLogContract;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecordingListener;
import io.millrace.storage.TestSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class MappedStorageContractTest extends ForcedLogContract {

  @TempDir Path directory;

  @Override
  protected EngineFixture newFixture() {
    return new Fixture(directory);
  }

  private record Fixture(Path directory) implements EngineFixture {

    @Override
    public ContractSettings settings() {
      return TestSettings.OF_SEGMENTS;
    }

    @Override
    public LogStorage create() {
      return MappedStorage.open(directory.resolve("data"), MappedSettings.defaults());
    }

    @Override
    public LogStorage reopen(LogStorage closed) {
      return create();
    }

    @Override
    public LogStorage afterKill(LogStorage running) {
      Path copy = directory.resolve("copy");
      Directories.copy(directory.resolve("data"), copy);
      return MappedStorage.open(copy, MappedSettings.defaults());
    }

    @Override
    public void makeDurable(LogStorage storage, PartitionLog log, RecordingListener listener) {
      ((ForcedLog) log).force();
    }

    @Override
    public void close() {
      // Its threads end with the storage.
    }
  }
}
