package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription of a queue, from an offset on, and what it has delivered. The owner of the
 * partition calls the methods of the sink; the owner of the shard all others.
 */
final class FeedReading implements SubscriptionSink {

  private static final Logger LOG = LoggerFactory.getLogger(FeedReading.class);

  /** Bytes that are delivered before they are decoded, unless a single batch is larger. */
  private static final int CREDIT_BYTES = 256 * 1024;

  private final Owner owner;
  private final Partition partition;
  private final long start;
  private final Deque<Delivery> deliveries = new ArrayDeque<>();

  /** Bytes that were decoded, and are not given back as credit yet. */
  private long decodedBytes;

  /** The offset up to which was delivered to the decoding. */
  private long decodedTo;

  private BrokerException end;
  private volatile Subscription subscription;
  private volatile boolean closed;

  /** Batches up to an offset, and what keeps their memory. */
  record Delivery(List<ByteBuffer> batches, AutoCloseable lease, long nextOffset) {

    long bytes() {
      return batches.stream().mapToLong(ByteBuffer::remaining).sum();
    }

    void close() {
      try {
        lease.close();
      } catch (Exception e) {
        LOG.error("event=lease_not_closed", e);
      }
    }
  }

  /** Who reads, on the owner's thread of a shard. */
  interface Owner {

    /**
     * Runs a task on the owner's thread. Any thread.
     *
     * @throws RejectedExecutionException if that has ended
     */
    void execute(Runnable task);

    /** A reading has got a delivery, or has ended. */
    void moved(FeedReading reading);
  }

  FeedReading(Owner owner, Partition partition, long start) {
    this.owner = owner;
    this.partition = partition;
    this.start = start;
    this.decodedTo = start;
  }

  /** Begins to read. */
  void start() {
    try {
      partition.owner().execute(this::subscribe);
    } catch (RejectedExecutionException e) {
      LOG.debug("event=owner_ended log={}", partition.id(), e);
    }
  }

  private void subscribe() {
    if (closed) {
      return;
    }
    try {
      Partition.Subscribed begun =
          partition.subscribe(
              new SubscriptionSpec(
                  new SubscriptionStart.Offset(start),
                  IsolationLevel.DURABLE,
                  CREDIT_BYTES,
                  List.of()),
              this);
      subscription = begun.subscription();
      if (closed) {
        subscription.close();
      } else {
        subscription.resume();
      }
    } catch (BrokerException e) {
      ended(e);
    } catch (RuntimeException e) {
      LOG.error("event=queue_not_fed log={}", partition.id(), e);
      ended(
          new BrokerException(
              ErrorCode.INTERNAL,
              "reading for a queue failed in the broker; see its log (event=queue_not_fed)",
              e));
    }
  }

  /** What a queue looks at is sent to nobody. */
  @Override
  public boolean isOverQuota() {
    return false;
  }

  @Override
  public boolean isWritable() {
    return !closed;
  }

  @Override
  public void deliver(
      List<ByteBuffer> batches, AutoCloseable lease, long nextOffset, long visibleEnd) {
    Delivery delivery = new Delivery(List.copyOf(batches), lease, nextOffset);
    try {
      owner.execute(() -> delivered(delivery));
    } catch (RejectedExecutionException e) {
      LOG.debug("event=owner_ended log={}", partition.id(), e);
      delivery.close();
    }
  }

  private void delivered(Delivery delivery) {
    if (closed) {
      delivery.close();
      return;
    }
    deliveries.add(delivery);
    owner.moved(this);
  }

  @Override
  public void ended(BrokerException cause) {
    try {
      owner.execute(
          () -> {
            end = cause;
            owner.moved(this);
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("event=owner_ended log={}", partition.id(), e); // and nobody reads any more
    }
  }

  boolean hasDeliveries() {
    return !deliveries.isEmpty();
  }

  /** Why it has ended, after its deliveries; null: it has not. */
  BrokerException end() {
    return end;
  }

  /** The decoding of what was delivered. The caller runs or closes it. */
  FeedDecoding decoding(int maxEvents, QueueScratches scratches) {
    List<Delivery> taken = new ArrayList<>(deliveries);
    deliveries.clear();
    decodedBytes += taken.stream().mapToLong(Delivery::bytes).sum();
    long from = decodedTo;
    decodedTo = taken.get(taken.size() - 1).nextOffset();
    return new FeedDecoding(partition, taken, from, maxEvents, scratches);
  }

  /** The queue has taken all that was decoded. */
  void consumed() {
    Subscription begun = subscription;
    if (begun != null && decodedBytes > 0) {
      begun.addCredit(decodedBytes);
    }
    decodedBytes = 0;
  }

  void close() {
    closed = true;
    Subscription begun = subscription;
    if (begun != null) {
      begun.close();
    }
    deliveries.forEach(Delivery::close);
    deliveries.clear();
  }
}
