package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.storage.LogSlice;
import io.millrace.storage.OffsetRange;
import io.millrace.storage.StorageException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The subscriptions of one partition. Owner thread, unless a method says otherwise. */
final class Subscriptions {

  private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);
  private static final int MAX_ATTEMPTS = 3;

  /** The delay before a read that has failed is repeated. */
  static final long RETRY_MS = 200;

  private final PartitionName name;
  private final PartitionOwner owner;
  private final PartitionMetrics metrics;
  private final Flusher timer;
  private final SubscriptionLimits limits;

  /** The subscriptions by isolation level. An append wakes only those to which it is visible. */
  private final Map<IsolationLevel, Set<PushSubscription>> byIsolation =
      new EnumMap<>(IsolationLevel.class);

  /** The reads of the log that is served now. */
  private PartitionReads reads;

  Subscriptions(
      PartitionName name,
      PartitionOwner owner,
      PartitionMetrics metrics,
      Flusher timer,
      SubscriptionLimits limits) {
    this.name = name;
    this.owner = owner;
    this.metrics = metrics;
    this.timer = timer;
    this.limits = limits;
    for (IsolationLevel isolation : IsolationLevel.values()) {
      byIsolation.put(isolation, new LinkedHashSet<>());
    }
  }

  Partition.Subscribed subscribe(SubscriptionSpec spec, SubscriptionSink sink) {
    if (count() >= limits.perPartition()) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          name
              + " has "
              + limits.perPartition()
              + " subscriptions, the most allowed; end one, or raise the broker's limit");
    }
    SubscriptionRequest request = SubscriptionRequest.of(spec, sink);
    requireMemory(request.heapBytes());
    Partition.Subscribed subscribed = null;
    try {
      subscribed = subscribe(request);
      return subscribed;
    } finally {
      if (subscribed == null) {
        limits.memory().release(request.heapBytes());
      }
    }
  }

  private void requireMemory(long bytes) {
    if (!limits.memory().tryReserve(bytes)) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          "the subscriptions of the broker take "
              + limits.memory().used()
              + " of "
              + limits.memory().limit()
              + " bytes of heap, and this one needs "
              + bytes
              + "; end others, name fewer sources, or give the broker more heap (MILLRACE_HEAP)");
    }
  }

  private Partition.Subscribed subscribe(SubscriptionRequest request) {
    SubscriptionSpec spec = request.spec();
    for (int attempt = 1; ; attempt++) {
      long startOffset = reads.offsetOf(spec.startAt(), spec.isolation());
      try {
        PartitionReader reader = reads.reader(startOffset);
        PushSubscription subscription = new PushSubscription(this, reader, startOffset, request);
        of(spec.isolation()).add(subscription);
        return new Partition.Subscribed(subscription, startOffset, reads.offsets());
      } catch (StorageException e) {
        // Retention has moved the start since the offset was read: read it again.
        if (e.code() != ErrorCode.OFFSET_OUT_OF_RANGE
            || spec.startAt() instanceof SubscriptionStart.Offset
            || attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** A failure of the log, with the name of the partition in place of that of the log. */
  BrokerException named(StorageException failure) {
    return BrokerException.of(name, failure);
  }

  private Set<PushSubscription> of(IsolationLevel isolation) {
    return byIsolation.get(isolation);
  }

  private int count() {
    return byIsolation.values().stream().mapToInt(Set::size).sum();
  }

  /** Wakes the subscriptions of an isolation whose visible end has moved. */
  void wake(IsolationLevel isolation) {
    of(isolation).forEach(PushSubscription::wake);
  }

  void endAll(BrokerException cause) {
    all().forEach(subscription -> subscription.end(cause));
  }

  /** A copy, because a subscription that ends removes itself. */
  private List<PushSubscription> all() {
    List<PushSubscription> all = new ArrayList<>();
    byIsolation.values().forEach(all::addAll);
    return all;
  }

  /**
   * The log is closed: no subscription delivers until {@link #continueOn}.
   *
   * @param refusing refuses new subscriptions with the reason
   */
  void suspend(PartitionReads refusing) {
    reads = refusing;
    all().forEach(PushSubscription::suspend);
  }

  /** The log is open: every subscription continues at its cursor. */
  void continueOn(PartitionReads opened) {
    reads = opened;
    all().forEach(subscription -> subscription.continueOn(opened));
  }

  void remove(PushSubscription subscription) {
    of(subscription.isolation()).remove(subscription);
    limits.memory().release(subscription.heapBytes());
  }

  /** As {@link VisibleEnd#of}. */
  long visibleEnd(IsolationLevel isolation) {
    return reads.visibleEnd(isolation);
  }

  void delivered(long events, long bytes) {
    metrics.delivered(events, bytes);
  }

  /** Runs a task on the owner's thread: at once, if this is that thread. Any thread. */
  void onOwner(Runnable task) {
    if (owner.isOwnerThread()) {
      task.run();
      return;
    }
    try {
      owner.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("event=owner_ended log={}", name.log(), e); // an owner ends after its subscriptions
    }
  }

  /** Runs a task after the tasks that wait for the owner. */
  void later(Runnable task) {
    owner.execute(task);
  }

  /** Runs a task on the owner's thread, after {@value #RETRY_MS} ms. */
  void afterRetryDelay(Runnable task) {
    timer.after(RETRY_MS, () -> onOwner(task));
  }

  /** As {@link PartitionReads#isDamaged}. */
  boolean isDamaged(long offset) {
    return reads.isDamaged(offset);
  }

  /** As {@link PartitionReads#reader}. */
  PartitionReader reader(long offset) {
    return reads.reader(offset);
  }

  /** The partition of the log. */
  int partition() {
    return name.log().partition();
  }

  /** As {@link PartitionReads#nextRange}; continues on the owner's thread. */
  void whenNextRange(
      WantedEvents wanted, long from, long limit, BiConsumer<OffsetRange, Throwable> then) {
    reads
        .nextRange(wanted, from, limit)
        .whenComplete((range, failure) -> onOwner(() -> then.accept(range, failure)));
  }

  /** Counts bytes that a subscription with a filter or sources has read, or passed over. */
  void countFilterBytes(long read, long skipped) {
    limits.filters().countBytes(read, skipped);
  }

  /** Whether more results of filters may be kept in memory. */
  boolean hasRoomForFiltered() {
    return !limits.filters().isMemoryFull();
  }

  /**
   * Tests the events of a slice on the reader threads, and continues on the owner's thread.
   *
   * @param slice takes ownership
   * @param account the account of the subscription
   * @param then gets the result, and takes its lease
   */
  FilterEvaluation evaluate(
      LogSlice slice,
      WantedEvents wanted,
      long from,
      FilterTurns.Account account,
      Consumer<FilteredSlice> then) {
    FilterEvaluation evaluation =
        new FilterEvaluation(slice, wanted, from, reads::records, limits.filters().memory());
    limits.filters().evaluate(evaluation, account, result -> tested(result, then));
    return evaluation;
  }

  private void tested(FilteredSlice result, Consumer<FilteredSlice> then) {
    try {
      owner.execute(() -> then.accept(result));
    } catch (RejectedExecutionException e) {
      result.close(); // the subscription has ended with its owner
    }
  }

  /** As {@link PartitionOwner#executeAfterOthers}. */
  void afterOthers(Runnable task) {
    owner.executeAfterOthers(task);
  }

  /**
   * Continues, on the owner's thread, with a slice that is being loaded.
   *
   * @param then the work. It gets the slice, and closes it; or it gets the failure
   */
  void whenLoaded(CompletionStage<LogSlice> loading, BiConsumer<LogSlice, Throwable> then) {
    loading.whenComplete(
        (slice, failure) -> {
          try {
            owner.execute(() -> then.accept(slice, failure));
          } catch (RejectedExecutionException e) {
            if (slice != null) {
              slice.close(); // the subscription has ended with its owner
            }
          }
        });
  }
}
