package io.millrace.core;

import io.millrace.storage.LogId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Owners that are plain threads, for a broker embedded in a program. Close them after the broker.
 */
public final class OwnerThreads implements Owners, AutoCloseable {

  private final List<OwnerThread> threads = new ArrayList<>();

  OwnerThreads(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("owner threads are " + count + "; expected at least 1");
    }
    for (int i = 0; i < count; i++) {
      threads.add(new OwnerThread("millrace-owner-" + i));
    }
  }

  /** Spreads the partitions of a topic evenly. */
  @Override
  public Owner ownerOf(LogId id) {
    return threads.get(Math.floorMod(id.topicId().hashCode() + id.partition(), threads.size()));
  }

  /** Ends the threads after the tasks that wait. Does not wait for that. */
  @Override
  public void close() {
    threads.forEach(OwnerThread::close);
  }

  private static final class OwnerThread implements Owner {

    private final ExecutorService executor;
    private volatile Thread thread;

    OwnerThread(String name) {
      executor =
          Executors.newSingleThreadExecutor(
              task -> {
                thread = new Thread(task, name);
                return thread;
              });
    }

    @Override
    public boolean isOwnerThread() {
      return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable task) {
      executor.execute(task);
    }

    void close() {
      executor.shutdown();
    }
  }
}
