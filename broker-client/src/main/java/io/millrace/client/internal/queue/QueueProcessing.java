package io.millrace.client.internal.queue;

import io.millrace.client.EventRejectedException;
import io.millrace.client.QueueHandler;
import io.millrace.client.QueuedEvent;
import io.millrace.client.internal.connection.DurationNanos;
import io.millrace.client.internal.connection.SettingChecks;
import io.millrace.client.internal.consumer.HandlerThreads;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a handler on several threads. The consumer's thread takes events and renews the locks
 * of those that wait or run. The lock guards the events in flight; a handler runs without it.
 */
final class QueueProcessing {

  private static final Logger LOG = LoggerFactory.getLogger(QueueProcessing.class);

  private static final int MAX_PARALLELISM = 1024;

  /** The longest time between two looks at the locks. */
  private static final long MAX_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How often the locks are looked at in one lock time. */
  private static final int LOOKS_PER_LOCK = 4;

  private final LockingConsumer consumer;
  private final QueueOptions options;
  private final QueueHandler handler;
  private final int parallelism;
  private final int maxInFlight;
  private final HandlerThreads threads;
  private final ThreadPoolExecutor executor;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<QueuedEvent> inFlight = new HashSet<>();
  private volatile boolean stopping;
  private Error error;

  QueueProcessing(
      LockingConsumer consumer, QueueOptions options, QueueHandler handler, int parallelism) {
    SettingChecks.requireBetween("parallelism", parallelism, 1, MAX_PARALLELISM);
    this.consumer = consumer;
    this.options = options;
    this.handler = handler;
    this.parallelism = parallelism;
    this.maxInFlight = Math.max(parallelism, options.maxPollEvents());
    this.threads = new HandlerThreads("millrace-queue-" + options.queue() + "-");
    this.executor =
        new ThreadPoolExecutor(
            parallelism, parallelism, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
  }

  /** Processes until it is stopped, or fails. The consumer's thread. */
  void run() {
    try {
      while (!stopping) {
        renewLocks();
        int room = awaitRoom();
        if (room > 0) {
          int most = Math.min(room, options.maxPollEvents());
          consumer.poll(most, System.nanoTime() + lookNanos()).forEach(this::start);
        }
      }
    } finally {
      stop();
      drain();
    }
    if (error != null) {
      throw error;
    }
  }

  /** How long the locks need not be looked at. */
  private long lookNanos() {
    return Math.min(MAX_LOOK_NANOS, consumer.shortestLockNanos() / LOOKS_PER_LOCK);
  }

  /** Starts no more events. Any thread. */
  void stop() {
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The threads of the run. Any thread. */
  HandlerThreads threads() {
    return threads;
  }

  private void start(QueuedEvent event) {
    lock.lock();
    try {
      inFlight.add(event);
    } finally {
      lock.unlock();
    }
    executor.execute(new Task(event));
  }

  /** An event that waits for a worker, or has one. */
  private final class Task implements Runnable {

    private final QueuedEvent event;

    Task(QueuedEvent event) {
      this.event = event;
    }

    @Override
    public void run() {
      handle(event);
    }

    void giveBack() {
      consumer.release(event);
      finished(event);
    }
  }

  /** How many events may be taken. Waits for room until the locks must be looked at. */
  private int awaitRoom() {
    long deadline = System.nanoTime() + lookNanos();
    lock.lock();
    try {
      while (!stopping && inFlight.size() >= parallelism && inFlight.size() > maxInFlight / 2) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return 0;
        }
        changed.awaitNanos(left);
      }
      return stopping ? 0 : maxInFlight - inFlight.size();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the next poll throws
      return 1;
    } finally {
      lock.unlock();
    }
  }

  private void handle(QueuedEvent event) {
    try {
      if (stopping) {
        consumer.release(event);
      } else if (consumer.isLocked(event)) {
        handler.handle(event);
        consumer.accept(event);
      }
    } catch (EventRejectedException e) {
      LOG.warn("event=queue_event_rejected queue={} of={}", options.queue(), event, e);
      consumer.reject(event, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      consumer.release(event);
    } catch (Exception e) {
      LOG.warn("event=queue_handler_failed queue={} of={}", options.queue(), event, e);
      consumer.fail(event, e.toString());
    } catch (Error e) {
      consumer.fail(event, e.toString());
      fail(e);
    } finally {
      finished(event);
    }
  }

  private void fail(Error cause) {
    lock.lock();
    try {
      error = error == null ? cause : error;
    } finally {
      lock.unlock();
    }
    stop();
  }

  private void finished(QueuedEvent event) {
    lock.lock();
    try {
      inFlight.remove(event);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void renewLocks() {
    List<QueuedEvent> held;
    lock.lock();
    try {
      held = List.copyOf(inFlight);
    } finally {
      lock.unlock();
    }
    held.forEach(consumer::renewIfDue);
  }

  /** Waits for running handlers, and renews their locks meanwhile; interrupts them in the end. */
  private void drain() {
    long deadline = System.nanoTime() + DurationNanos.capped(options.drain());
    List<Runnable> notBegun = new ArrayList<>();
    executor.getQueue().drainTo(notBegun);
    notBegun.forEach(task -> ((Task) task).giveBack());
    executor.shutdown();
    boolean interrupted = false;
    while (!executor.isTerminated() && System.nanoTime() - deadline < 0) {
      renewLocks();
      try {
        executor.awaitTermination(
            Math.min(lookNanos(), deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
        break;
      }
    }
    if (!executor.isTerminated()) {
      LOG.warn("event=queue_handlers_interrupted queue={}", options.queue());
      executor.shutdownNow();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
