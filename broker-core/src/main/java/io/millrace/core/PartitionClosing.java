package io.millrace.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes partitions, and waits a limited time until they are closed. One thread at a time; blocks.
 */
final class PartitionClosing {

  /** Longest wait for owners and fsyncs when partitions are closed. */
  static final int LIMIT_SECONDS = 30;

  private static final Logger LOG = LoggerFactory.getLogger(PartitionClosing.class);

  /** The closing of logs for which a deletion has stopped waiting. */
  private final List<CompletableFuture<Void>> unfinished = new ArrayList<>();

  /**
   * Closes partitions whose logs will be deleted.
   *
   * @param cause the refusal for their subscribers and for appends that wait
   * @return whether all were closed in time; {@link #close} waits for the others
   */
  boolean abandon(List<Partition> partitions, BrokerException cause) {
    List<CompletableFuture<Void>> closing =
        partitions.stream().map(partition -> partition.abandon(cause)).toList();
    boolean closed = await(closing);
    if (!closed) {
      unfinished.addAll(closing);
    }
    return closed;
  }

  /**
   * Closes partitions in order, and waits for those that a deletion has abandoned.
   *
   * @param cause the refusal for their subscribers and for later callers
   * @return whether all were closed in time
   */
  boolean close(List<Partition> partitions, BrokerException cause) {
    List<CompletableFuture<Void>> closing = new ArrayList<>(unfinished);
    partitions.forEach(partition -> closing.add(partition.close(cause)));
    return await(closing);
  }

  private static boolean await(List<CompletableFuture<Void>> closing) {
    try {
      CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new))
          .get(LIMIT_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      LOG.error("event=partition_close_failed", e.getCause());
      return true;
    } catch (TimeoutException e) {
      LOG.error("event=partition_close_timed_out seconds={}", LIMIT_SECONDS, e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
