package io.millrace.client.internal.consumer;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.FilterCounters;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionReadException;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.DurationNanos;
import io.millrace.client.internal.consumer.QueueEntry.Delivery;
import io.millrace.client.internal.consumer.QueueEntry.SubscriptionEnd;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.InvalidBatchException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A consumer to which the broker pushes batches. The {@link PartitionSubscription}s add them to a
 * queue; {@link #poll} takes them from there and decodes them on the caller's thread.
 */
final class PushConsumer implements Consumer {

  private final ConsumerSettings settings;
  private final DeliveryQueue queue;
  private final List<PartitionSubscription> subscriptions;
  private final SortedMap<Integer, PartitionCursor> cursors;
  private final DeliveryReader reader;
  private final java.util.function.Consumer<PushConsumer> onClose;
  private final AtomicReference<Thread> user = new AtomicReference<>();

  private volatile boolean closed;
  private MillraceException failure;

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
    this.reader = new DeliveryReader(settings);
    this.onClose = onClose;
  }

  @Override
  public List<ConsumedEvent> poll(Duration timeout) {
    enter();
    try {
      long deadlineNanos = System.nanoTime() + DurationNanos.capped(timeout);
      PollResult result = new PollResult(settings.limits().maxPollEvents(), maxPollBytes());
      do {
        fill(result, deadlineNanos);
      } while (result.isEmpty() && queue.await(deadlineNanos));
      return result.events();
    } catch (InterruptedException e) {
      throw ClientFailures.interrupted("events of topic " + topic(), e);
    } finally {
      leave();
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
    enter();
    try {
      PartitionCursor cursor = cursors.get(partition);
      if (cursor == null) {
        throw new IllegalArgumentException(
            "this consumer reads partitions " + cursors.keySet() + ", not " + partition);
      }
      return cursor.position();
    } finally {
      leave();
    }
  }

  @Override
  public Map<Integer, Long> positions() {
    enter();
    try {
      Map<Integer, Long> positions = new TreeMap<>();
      cursors.forEach((partition, cursor) -> positions.put(partition, cursor.position()));
      return positions;
    } finally {
      leave();
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
    releaseIfIdle();
    onClose.accept(this);
  }

  private long maxPollBytes() {
    return settings.limits().partitionCreditBytes() * cursors.size();
  }

  /**
   * Takes the entries that are in the queue now, and then those that arrive until the deadline. The
   * broker may send many deliveries without a wanted event. Therefore deadline, wake-up and
   * interrupt are checked after each delivery.
   */
  private void fill(PollResult result, long deadlineNanos) {
    if (closed) {
      throw ClientFailures.closed("consumer of topic " + topic(), lastFailure());
    }
    int present = queue.size();
    while (!result.isFull() && failure == null) {
      if (!reader.isIdle()) {
        read(result);
      } else if (mayTake(present-- > 0, deadlineNanos)) {
        QueueEntry next = queue.take();
        if (next == null) {
          return;
        }
        open(next);
      } else {
        return;
      }
    }
    if (failure != null && result.isEmpty()) {
      throw ClientFailures.again(failure);
    }
  }

  /** What kept the consumer from reading when it was closed; empty if nothing did. */
  private Optional<String> lastFailure() {
    return failure != null
        ? Optional.of("it had failed before: " + failure.code() + ": " + failure.getMessage())
        : subscriptions.stream()
            .findFirst()
            .flatMap(PartitionSubscription::outage)
            .map(outage -> "there is " + outage);
  }

  private static boolean mayTake(boolean present, long deadlineNanos) {
    return !Thread.currentThread().isInterrupted()
        && (present || System.nanoTime() - deadlineNanos < 0);
  }

  private void open(QueueEntry entry) {
    if (entry instanceof SubscriptionEnd end) {
      failure = end.cause();
    } else if (entry instanceof Delivery delivery) {
      reader.open(delivery, cursors.get(delivery.subscription().partition()));
    }
  }

  private void read(PollResult result) {
    try {
      reader.read(result);
    } catch (InvalidBatchException e) {
      failure =
          new PartitionReadException(
              e.code(),
              "topic "
                  + topic()
                  + " partition "
                  + reader.cursor().partition()
                  + " from offset "
                  + reader.cursor().position()
                  + ": "
                  + e.getMessage()
                  + "; check the broker's log with 'millrace log verify'",
              reader.cursor().partition(),
              e);
      reader.close();
    } catch (RuntimeException | Error e) {
      // The cause is, for example, too little memory or a missing codec library. Events that were
      // decoded before are returned. The next poll decodes the batch again, and throws the error.
      reader.restartBatch();
      if (result.isEmpty()) {
        throw e;
      }
      result.end();
    }
  }

  private void enter() {
    Thread me = Thread.currentThread();
    Thread other = user.compareAndExchange(null, me);
    if (other != null) {
      throw new MillraceException(
          ErrorCode.CONCURRENT_USE,
          "the consumer of topic "
              + topic()
              + " is in use by thread "
              + other.getName()
              + "; a consumer is for one thread: build one consumer for each thread");
    }
  }

  private void leave() {
    user.set(null);
    if (closed) {
      releaseIfIdle();
    }
  }

  /** Releases the open delivery. If a thread uses the consumer, that thread does it later. */
  private void releaseIfIdle() {
    if (user.compareAndSet(null, Thread.currentThread())) {
      reader.close();
      user.set(null);
    }
  }
}
