package io.millrace.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The threads that share the connections of a workload, one for each core. With more threads, the
 * result would depend on the scheduler.
 */
final class LoadThreads implements AutoCloseable {

  private final int size = Runtime.getRuntime().availableProcessors();
  private final ExecutorService threads = Executors.newFixedThreadPool(size);

  /** Distributes items evenly: one list for each thread. */
  <T> List<List<T>> distribute(List<T> items) {
    List<List<T>> shares = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      shares.add(new ArrayList<>());
    }
    for (int i = 0; i < items.size(); i++) {
      shares.get(i % size).add(items.get(i));
    }
    shares.removeIf(List::isEmpty);
    return shares;
  }

  /**
   * Runs all tasks at the same time, and adds their results.
   *
   * @throws IllegalStateException if a task fails
   */
  long sum(List<? extends Callable<Long>> tasks) {
    List<Future<Long>> running = tasks.stream().map(task -> threads.submit(task)).toList();
    long sum = 0;
    try {
      for (Future<Long> task : running) {
        sum += task.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a part of the load failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted under load", e);
    }
    return sum;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
