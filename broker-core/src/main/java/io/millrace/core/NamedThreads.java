package io.millrace.core;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the broker's background threads, named {@code millrace-<work>-<number>}. */
record NamedThreads(String work, AtomicInteger made) implements ThreadFactory {

  NamedThreads(String work) {
    this(work, new AtomicInteger());
  }

  @Override
  public Thread newThread(Runnable task) {
    return new Thread(task, "millrace-" + work + "-" + made.getAndIncrement());
  }
}
