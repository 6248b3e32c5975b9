package io.millrace.storage.memory;

import io.millrace.storage.EngineSettings;
import io.millrace.storage.LogStorage;
import io.millrace.storage.StorageEngine;
import io.millrace.storage.StorageProvider;
import java.nio.file.Path;

/** The engine {@code memory}: events use up to half of the heap. It has no settings. */
public final class MemoryStorageProvider implements StorageProvider {

  private static final int HEAP_SHARE = 2;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String section() {
    return "storage.memory";
  }

  @Override
  public StorageEngine configure(EngineSettings settings) {
    return new Engine();
  }

  private record Engine() implements StorageEngine {

    @Override
    public LogStorage open(Path directory) {
      return new MemoryStorage(Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    }

    @Override
    public String location(Path directory) {
      return "memory only";
    }
  }
}
