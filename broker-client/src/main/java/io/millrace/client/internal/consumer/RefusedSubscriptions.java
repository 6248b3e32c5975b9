package io.millrace.client.internal.consumer;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.connection.Backoff;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of a member that it cannot read, because a limit of the broker refuses their
 * subscriptions. It reads its other partitions, and tries one of these again after each pause, and
 * another one with each success. Event loop only.
 */
final class RefusedSubscriptions {

  private static final Logger LOG = LoggerFactory.getLogger(RefusedSubscriptions.class);

  private static final long WARNING_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final String group;
  private final ScheduledExecutorService eventLoop;
  private final Backoff backoff;
  private final Predicate<OwnedPartition> isLive;
  private final BiConsumer<OwnedPartition, Long> subscribe;

  /** The partitions, and the positions from which they are to be read. */
  private final Map<OwnedPartition, Long> waiting = new LinkedHashMap<>();

  private boolean scheduled;
  private boolean warned;
  private long warnedNanos;

  /**
   * @param isLive whether the member still owns a partition
   * @param subscribe subscribes a partition at a position again
   */
  RefusedSubscriptions(
      String group,
      ScheduledExecutorService eventLoop,
      Backoff backoff,
      Predicate<OwnedPartition> isLive,
      BiConsumer<OwnedPartition, Long> subscribe) {
    this.group = group;
    this.eventLoop = eventLoop;
    this.backoff = backoff;
    this.isLive = isLive;
    this.subscribe = subscribe;
  }

  /** The broker has refused the subscription of a partition. */
  void refused(OwnedPartition partition, MillraceException cause, long position) {
    waiting.put(partition, position);
    waiting.keySet().removeIf(isLive.negate());
    warn(partition, cause);
    schedule();
  }

  /** The broker has accepted a subscription: it may accept another one. */
  void accepted() {
    if (!waiting.isEmpty()) {
      backoff.reset();
      tryNext();
    }
  }

  private void warn(OwnedPartition partition, MillraceException cause) {
    long now = System.nanoTime();
    if (warned && now - warnedNanos < WARNING_NANOS) {
      return;
    }
    warned = true;
    warnedNanos = now;
    LOG.warn(
        "event=group_partitions_refused group={} partition={} unread={} cause={}; the member reads"
            + " its other partitions, and tries these again; start more members, each with a"
            + " client of its own, or raise the limit in the broker",
        group,
        partition.name(),
        waiting.size(),
        cause.toString());
  }

  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      eventLoop.schedule(this::pauseOver, backoff.nextMs(), TimeUnit.MILLISECONDS);
    }
  }

  private void pauseOver() {
    scheduled = false;
    tryNext();
    if (!waiting.isEmpty()) {
      schedule();
    }
  }

  private void tryNext() {
    waiting.keySet().removeIf(isLive.negate());
    if (!waiting.isEmpty()) {
      Map.Entry<OwnedPartition, Long> next = waiting.entrySet().iterator().next();
      waiting.remove(next.getKey());
      subscribe.accept(next.getKey(), next.getValue());
    }
  }
}
