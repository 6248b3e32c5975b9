package io.millrace.client.internal.consumer;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.FilterCounters;
import io.millrace.client.MillraceException;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.DurationNanos;
import io.millrace.client.internal.consumer.QueueEntry.Delivery;
import io.millrace.client.internal.consumer.QueueEntry.SubscriptionEnd;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A consumer to which the broker pushes batches. The {@link PartitionSubscription}s add them to a
 * queue; {@link #poll} takes them from there and decodes them on the caller's thread.
 */
final class PushConsumer implements Consumer {

  private final ConsumerSettings settings;
  private final DeliveryQueue queue;
  private final List<PartitionSubscription> subscriptions;
  private final SortedMap<Integer, PartitionCursor> cursors;
  private final QueueReader reader;
  private final java.util.function.Consumer<PushConsumer> onClose;
  private final SingleUser user;

  private volatile boolean closed;

  /**
   * @param cursors the position in each partition, by partition
   */
  PushConsumer(
      ConsumerSettings settings,
      DeliveryQueue queue,
      List<PartitionSubscription> subscriptions,
      SortedMap<Integer, PartitionCursor> cursors,
      java.util.function.Consumer<PushConsumer> onClose) {
    this.settings = settings;
    this.queue = queue;
    this.subscriptions = subscriptions;
    this.cursors = cursors;
    this.reader = new QueueReader(queue, new Partitions());
    this.user = new SingleUser("consumer of topic " + settings.topic().name(), this::release);
    this.onClose = onClose;
  }

  @Override
  public List<ConsumedEvent> poll(Duration timeout) {
    user.enter();
    try {
      long deadlineNanos = System.nanoTime() + DurationNanos.capped(timeout);
      PollResult result = new PollResult(settings.limits().maxPollEvents(), maxPollBytes());
      do {
        requireOpen();
        reader.fill(result, deadlineNanos);
      } while (result.isEmpty() && queue.await(deadlineNanos));
      return result.events();
    } catch (InterruptedException e) {
      throw ClientFailures.interrupted("events of topic " + topic(), e);
    } finally {
      user.leave();
    }
  }

  @Override
  public String topic() {
    return settings.topic().name();
  }

  @Override
  public SortedSet<Integer> partitions() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(cursors.keySet()));
  }

  @Override
  public long position(int partition) {
    user.enter();
    try {
      PartitionCursor cursor = cursors.get(partition);
      if (cursor == null) {
        throw new IllegalArgumentException(
            "this consumer reads partitions " + cursors.keySet() + ", not " + partition);
      }
      return cursor.position();
    } finally {
      user.leave();
    }
  }

  @Override
  public Map<Integer, Long> positions() {
    user.enter();
    try {
      Map<Integer, Long> positions = new TreeMap<>();
      cursors.forEach((partition, cursor) -> positions.put(partition, cursor.position()));
      return positions;
    } finally {
      user.leave();
    }
  }

  @Override
  public FilterCounters filterCounters() {
    return subscriptions.stream()
        .map(PartitionSubscription::filterCounters)
        .reduce(FilterCounters.NONE, FilterCounters::plus);
  }

  @Override
  public void wakeup() {
    queue.wakeUp();
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    subscriptions.forEach(PartitionSubscription::close);
    queue.close();
    user.close();
    onClose.accept(this);
  }

  private long maxPollBytes() {
    return settings.limits().partitionCreditBytes() * cursors.size();
  }

  private void requireOpen() {
    if (closed) {
      throw ClientFailures.closed("consumer of topic " + topic(), lastFailure());
    }
  }

  /** What kept the consumer from reading when it was closed; empty if nothing did. */
  private Optional<String> lastFailure() {
    return reader
        .earlierFailure()
        .or(
            () ->
                subscriptions.stream()
                    .findFirst()
                    .flatMap(PartitionSubscription::outage)
                    .map(outage -> "there is " + outage));
  }

  private final class Partitions implements QueueReader.Router {

    @Override
    public PartitionCursor cursor(Delivery delivery) {
      return cursors.get(delivery.subscription().partition());
    }

    @Override
    public MillraceException ended(SubscriptionEnd end) {
      return end.cause();
    }
  }

  /** Releases the open delivery. */
  private void release() {
    reader.close();
  }
}
