package io.millrace.core;

import java.util.concurrent.Executor;

/** A flusher that works on the owner of a test, so that the test decides when it runs. */
record OwnerAsFlusher(ManualOwner owner) implements Flusher {

  @Override
  public Executor pool() {
    return owner;
  }

  @Override
  public void afterInterval(Runnable task) {
    owner.execute(task);
  }

  @Override
  public void after(long delayMs, Runnable task) {
    owner.execute(task);
  }

  @Override
  public void close() {
    // The test ends with its owner.
  }
}
