package io.millrace.server.toy;

import io.millrace.storage.EngineSettings;
import io.millrace.storage.LogStorage;
import io.millrace.storage.StorageEngine;
import io.millrace.storage.StorageProvider;
import io.millrace.storage.memory.MemoryStorage;
import java.nio.file.Path;

/**
 * A third engine, which the server finds without knowing it: memory, of a size that is a setting.
 */
public final class ToyStorageProvider implements StorageProvider {

  @Override
  public String name() {
    return "toy";
  }

  @Override
  public String section() {
    return "storage.toy";
  }

  @Override
  public StorageEngine configure(EngineSettings settings) {
    return new Engine(settings.size("capacityBytes", 1 << 20, 1 << 10, 1 << 30));
  }

  private record Engine(long capacityBytes) implements StorageEngine {

    @Override
    public LogStorage open(Path directory) {
      return new MemoryStorage(capacityBytes);
    }

    @Override
    public String location(Path directory) {
      return "a toy";
    }
  }
}
