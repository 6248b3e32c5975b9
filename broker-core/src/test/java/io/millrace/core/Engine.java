package io.millrace.core;

import io.millrace.storage.LogStorage;
import io.millrace.storage.memory.MemoryStorage;

/** The storage engines that the broker's tests run over. */
enum Engine {
  MEMORY {
    @Override
    LogStorage create() {
      return new MemoryStorage(CAPACITY_BYTES);
    }

    @Override
    LogStorage afterKill(LogStorage running) {
      return ((MemoryStorage) running).afterRestart();
    }

    @Override
    LogStorage reopen(LogStorage closed) {
      return ((MemoryStorage) closed).afterRestart();
    }
  };

  static final long CAPACITY_BYTES = 64 << 20;

  /** A fresh, empty storage. */
  abstract LogStorage create();

  /** The storage of a next broker, after the process of this one died in the middle of it. */
  abstract LogStorage afterKill(LogStorage running);

  /** The storage of a next broker, after this one was closed. */
  abstract LogStorage reopen(LogStorage closed);
}
