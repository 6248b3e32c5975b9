package io.millrace.client.internal.consumer;

import io.millrace.client.ProcessOptions;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The threads of one run of a handler, and the <em>lanes</em> of its events. The ordering decides
 * the lane of an event; a lane runs one event at a time, in the order in which they were added.
 */
final class ProcessingLanes {

  /** Lanes of the ordering by key. A key is compared by its bytes. */
  private record KeyLane(OwnedPartition partition, ByteBuffer key) {}

  private final ReentrantLock lock;
  private final ProcessOptions options;
  private final Consumer<ProcessingTask> work;
  private final ExecutorService executor;

  /** The events that wait or run; the first one of a lane runs, or is about to. */
  private final Map<Object, ArrayDeque<ProcessingTask>> lanes = new HashMap<>();

  /**
   * @param lock guards the lanes
   * @param work handles one event; called on the threads of the lanes, without the lock
   */
  ProcessingLanes(
      HandlerThreads threads,
      ProcessOptions options,
      ReentrantLock lock,
      Consumer<ProcessingTask> work) {
    this.lock = lock;
    this.options = options;
    this.work = work;
    this.executor = Executors.newFixedThreadPool(options.parallelism(), threads);
  }

  /** Adds an event to its lane. Under the lock, before {@link #shutdown}. */
  void add(ProcessingTask task) {
    Object lane = laneOf(task);
    ArrayDeque<ProcessingTask> waiting = lanes.get(lane);
    if (waiting != null) {
      waiting.add(task);
      return;
    }
    ArrayDeque<ProcessingTask> only = new ArrayDeque<>();
    only.add(task);
    lanes.put(lane, only);
    executor.execute(() -> runNext(lane));
  }

  /** Interrupts the threads; no further event begins. Under the lock. */
  void shutdown() {
    executor.shutdownNow();
  }

  private Object laneOf(ProcessingTask task) {
    return switch (options.ordering()) {
      case PARTITION -> task.partition();
      case KEY ->
          task.event().key() == null
              ? task
              : new KeyLane(task.partition(), ByteBuffer.wrap(task.event().key()));
      case NONE -> task;
    };
  }

  /** Runs the first event of a lane. A worker. */
  private void runNext(Object lane) {
    work.accept(first(lane));
    lock.lock();
    try {
      ArrayDeque<ProcessingTask> waiting = lanes.get(lane);
      waiting.poll();
      if (waiting.isEmpty()) {
        lanes.remove(lane);
      } else if (!executor.isShutdown()) {
        executor.execute(() -> runNext(lane));
      }
    } finally {
      lock.unlock();
    }
  }

  private ProcessingTask first(Object lane) {
    lock.lock();
    try {
      return lanes.get(lane).peek();
    } finally {
      lock.unlock();
    }
  }
}
