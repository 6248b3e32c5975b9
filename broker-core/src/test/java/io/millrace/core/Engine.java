package io.millrace.core;

import io.millrace.storage.LogStorage;
import io.millrace.storage.memory.MemoryStorage;

/** The storage engines on which the broker's tests run. */
enum Engine {
  MEMORY {
    @Override
    Engine.Disk disk() {
      return new MemoryDisk();
    }
  },
  /** The in-memory engine that completes on other threads, and is not forced. */
  COMPLETING {
    @Override
    Engine.Disk disk() {
      return new CompletingDisk();
    }
  },
  MAPPED {
    @Override
    Engine.Disk disk() {
      return new MappedDisk();
    }
  };

  /** A fresh, empty disk. */
  abstract Disk disk();

  /** The disk, which outlives a broker. */
  interface Disk extends AutoCloseable {

    /** The storage of a first broker. */
    LogStorage create();

    /** The storage of the next broker, after this one was closed. */
    LogStorage reopen(LogStorage closed);

    /** The storage of the next broker, after the process of this one has died. */
    LogStorage afterKill(LogStorage running);

    /** Waits until nothing completes on other threads. */
    default void awaitIdle() {}

    @Override
    void close();
  }

  private static class MemoryDisk implements Disk {

    static final long CAPACITY_BYTES = 64 << 20;

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
    public void close() {
      // Only heap.
    }
  }

  private static final class CompletingDisk extends MemoryDisk {

    private final Completions completions = new Completions();

    @Override
    public LogStorage create() {
      return new MemoryStorage(CAPACITY_BYTES, completions);
    }

    @Override
    public void awaitIdle() {
      completions.awaitIdle();
    }

    @Override
    public void close() {
      completions.close();
    }
  }
}
