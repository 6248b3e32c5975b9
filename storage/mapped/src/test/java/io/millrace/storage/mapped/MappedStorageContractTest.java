package io.millrace.storage.mapped;

import io.millrace.storage.ForcedLogContract;
import io.millrace.storage.LogStorage;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class MappedStorageContractTest extends ForcedLogContract {

  @TempDir Path directory;

  @Override
  protected LogStorage create() {
    return MappedStorage.open(directory.resolve("data"), MappedSettings.defaults());
  }

  @Override
  protected LogStorage reopen(LogStorage closed) {
    return MappedStorage.open(directory.resolve("data"), MappedSettings.defaults());
  }

  @Override
  protected LogStorage afterKill(LogStorage running) {
    Path copy = directory.resolve("copy");
    Directories.copy(directory.resolve("data"), copy);
    return MappedStorage.open(copy, MappedSettings.defaults());
  }
}
