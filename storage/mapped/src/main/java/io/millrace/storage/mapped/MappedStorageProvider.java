package io.millrace.storage.mapped;

import io.millrace.storage.EngineSettings;
import io.millrace.storage.LogStorage;
import io.millrace.storage.StorageEngine;
import io.millrace.storage.StorageProvider;
import java.nio.file.Path;

/** The engine {@code mapped}: memory-mapped files in the data directory. */
public final class MappedStorageProvider implements StorageProvider {

  private static final long MIB = 1024 * 1024;
  private static final long TIB = MIB * MIB;

  @Override
  public String name() {
    return "mapped";
  }

  @Override
  public String section() {
    return "storage";
  }

  @Override
  public StorageEngine configure(EngineSettings settings) {
    return new Engine(
        settings.size("reservedBytes", 64 * MIB, 0, TIB),
        settings.size("verifyBytesPerSecond", 64 * MIB, 0, TIB));
  }

  /**
   * @param reservedBytes free disk space that events do not use
   * @param verifyBytesPerSecond rate of the background verification; 0 disables it
   */
  private record Engine(long reservedBytes, long verifyBytesPerSecond) implements StorageEngine {

    @Override
    public LogStorage open(Path directory) {
      return MappedStorage.open(
          directory,
          MappedSettings.defaults().reserving(reservedBytes).verifying(verifyBytesPerSecond));
    }

    @Override
    public String location(Path directory) {
      return directory.toAbsolutePath().normalize().toString();
    }
  }
}
