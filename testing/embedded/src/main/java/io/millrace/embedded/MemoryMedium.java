package io.millrace.embedded;

import io.millrace.storage.LogStorage;
import io.millrace.storage.StorageEngine;
import io.millrace.storage.memory.MemoryStorage;
import java.nio.file.Path;

/** The heap. A stopped broker leaves its storage, and a crash a copy of it. */
final class MemoryMedium implements Medium {

  /** Several brokers, and the rest of the test, share the heap. */
  private static final int HEAP_SHARE = 4;

  private Pause pause;

  /** Null unless the broker has opened its storage. */
  private MemoryStorage running;

  /** What the next start finds. */
  private MemoryStorage left = new MemoryStorage(Runtime.getRuntime().maxMemory() / HEAP_SHARE);

  /** Null unless the broker has crashed. */
  private MemoryStorage afterCrash;

  @Override
  public String engineName() {
    return "memory";
  }

  /** Nothing is written to it. */
  @Override
  public Path directory() {
    return Path.of("memory");
  }

  @Override
  public StorageEngine engine(StorageEngine configured, Faults faults) {
    return new StorageEngine() {
      @Override
      public LogStorage open(Path directory) {
        running = left;
        pause = new Pause();
        return new FaultStorage(running, faults, pause);
      }

      @Override
      public String location(Path directory) {
        return configured.location(directory);
      }
    };
  }

  @Override
  public void crash(boolean synced) {
    pause.hold(() -> afterCrash = synced ? running.afterPowerFailure() : running.afterRestart());
  }

  @Override
  public void stopped() {
    if (afterCrash != null) {
      left = afterCrash;
    } else if (running != null) {
      left = running.afterRestart();
    }
    afterCrash = null;
    running = null;
  }

  @Override
  public void close() {
    left = null;
  }
}
