package io.millrace.client.internal.consumer;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.MillraceException;
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
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The caller's side of a consumer: takes what the {@link PartitionSubscription}s have put into the
 * queue, and decodes it on the caller's thread.
 */
final class PushConsumer implements Consumer {

  private final ConsumerSettings settings;
  private final DeliveryQueue queue;
  private final List<PartitionSubscription> feeds;
  private final SortedMap<Integer, PartitionCursor> cursors;
  private final DeliveryReader reader;
  private final java.util.function.Consumer<PushConsumer> onClose;
  private final AtomicReference<Thread> inside = new AtomicReference<>();

  private volatile boolean closed;
  private MillraceException failure;

  /**
   * @param cursors of all partitions, by number
   */
  PushConsumer(
      ConsumerSettings settings,
      DeliveryQueue queue,
      List<PartitionSubscription> feeds,
      SortedMap<Integer, PartitionCursor> cursors,
      java.util.function.Consumer<PushConsumer> onClose) {
    this.settings = settings;
    this.queue = queue;
    this.feeds = feeds;
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
      throw ClientFailures.interrupted("events of topic " + settings.topic().name(), e);
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
    feeds.forEach(PartitionSubscription::close);
    queue.close();
    releaseIfIdle();
    onClose.accept(this);
  }

  private long maxPollBytes() {
    return settings.limits().partitionCreditBytes() * cursors.size();
  }

  /**
   * Takes what has come; what comes meanwhile, as long as there is time. History without a wanted
   * event may be long, so time, wake-up and interrupt are looked at after each delivery.
   */
  private void fill(PollResult result, long deadlineNanos) {
    if (closed) {
      throw ClientFailures.closed("consumer of topic " + settings.topic().name());
    }
    int come = queue.size();
    while (!result.isFull() && failure == null) {
      if (!reader.isIdle()) {
        read(result);
      } else if (mayGoOn(come-- > 0, deadlineNanos)) {
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

  private static boolean mayGoOn(boolean come, long deadlineNanos) {
    return !Thread.currentThread().isInterrupted()
        && (come || System.nanoTime() - deadlineNanos < 0);
  }

  private void open(QueueEntry arrival) {
    if (arrival instanceof SubscriptionEnd end) {
      failure = end.cause();
    } else if (arrival instanceof Delivery delivery) {
      reader.open(delivery, cursors.get(delivery.feed().partition()));
    }
  }

  private void read(PollResult result) {
    try {
      reader.read(result);
    } catch (InvalidBatchException e) {
      failure =
          new MillraceException(
              e.code(),
              "topic "
                  + settings.topic().name()
                  + " partition "
                  + reader.cursor().partition()
                  + " from offset "
                  + reader.cursor().position()
                  + ": "
                  + e.getMessage()
                  + "; check the broker's log with 'millrace log verify'",
              e);
      reader.close();
    } catch (RuntimeException | Error e) {
      // No memory, say, or no library of the codec. What was taken before is handed out; the next
      // poll comes upon it again.
      reader.beginBatchAnew();
      if (result.isEmpty()) {
        throw e;
      }
      result.end();
    }
  }

  private void enter() {
    Thread me = Thread.currentThread();
    Thread other = inside.compareAndExchange(null, me);
    if (other != null) {
      throw new MillraceException(
          ErrorCode.CONCURRENT_USE,
          "the consumer of topic "
              + settings.topic().name()
              + " is in use by thread "
              + other.getName()
              + "; a consumer belongs to one thread: make one for each");
    }
  }

  private void leave() {
    inside.set(null);
    if (closed) {
      releaseIfIdle();
    }
  }

  /** The delivery that is being read goes when nobody is inside; who is inside does it later. */
  private void releaseIfIdle() {
    if (inside.compareAndSet(null, Thread.currentThread())) {
      reader.close();
      inside.set(null);
    }
  }
}
