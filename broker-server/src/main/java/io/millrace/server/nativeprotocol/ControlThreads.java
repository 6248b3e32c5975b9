package io.millrace.server.nativeprotocol;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads for requests that wait for a disk, or take long, as an event loop must not. One for
 * each kind, so that who looks up a topic does not wait until another is deleted; those of one kind
 * are served in the order in which they came. Any thread.
 */
final class ControlThreads implements AutoCloseable {

  private static final int CLOSE_SECONDS = 10;

  private static final Logger LOG = LoggerFactory.getLogger(ControlThreads.class);

  private final ExecutorService changes = thread("millrace-topic-changes");
  private final ExecutorService lookups = thread("millrace-topic-lookups");
  private final ExecutorService producerIds = thread("millrace-producer-ids");

  /** For what changes topics and what belongs to them: may wait long for the disk. */
  Executor changes() {
    return changes;
  }

  /** For what tells of topics: waits for nothing. */
  Executor lookups() {
    return lookups;
  }

  /** For ids of producers, of which a block is reserved on the disk now and then. */
  Executor producerIds() {
    return producerIds;
  }

  /** Ends the threads when they have done what they were given, and waits for that for a while. */
  @Override
  public void close() {
    List<ExecutorService> all = List.of(changes, lookups, producerIds);
    all.forEach(ExecutorService::shutdown);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
    try {
      for (ExecutorService each : all) {
        if (!each.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          LOG.warn("event=control_thread_busy waited={}s", CLOSE_SECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ExecutorService thread(String name) {
    return Executors.newSingleThreadExecutor(task -> new Thread(task, name));
  }
}
