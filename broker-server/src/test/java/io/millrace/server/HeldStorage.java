package io.millrace.server;

import io.millrace.storage.LogStorage;
import io.millrace.storage.StorageEngine;
import io.millrace.storage.memory.MemoryStorage;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * An engine in memory that makes appends durable on a thread of its own, which a test can hold
 * back. So the test decides how long a request with ack {@code synced} is in flight.
 */
final class HeldStorage implements StorageEngine, AutoCloseable {

  private static final long CAPACITY_BYTES = 16 << 20;

  private final ExecutorService completions = Executors.newSingleThreadExecutor();
  private final CountDownLatch released = new CountDownLatch(1);

  @Override
  public LogStorage open(Path directory) {
    return new MemoryStorage(CAPACITY_BYTES, completions);
  }

  @Override
  public String location(Path directory) {
    return "memory, held by a test";
  }

  /** Nothing that is appended from now on becomes durable until {@link #release}. One call. */
  void hold() {
    completions.execute(this::awaitRelease);
  }

  void release() {
    released.countDown();
  }

  private void awaitRelease() {
    try {
      if (!released.await(TestServers.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("held for " + TestServers.LIMIT);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Releases what is held. Close after the server. */
  @Override
  public void close() {
    release();
    completions.shutdown();
  }
}
