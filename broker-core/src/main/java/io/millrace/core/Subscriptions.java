package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Isolation;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The subscriptions of one partition. Owner thread, unless a method says otherwise. */
final class Subscriptions {

  private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);
  private static final int MAX_ATTEMPTS = 3;

  private final Owner owner;
  private final PartitionLog log;
  private final VisibleEnd visibleEnd;
  private final ReaderPool readers;
  private final Traffic traffic;
  private final int maxSubscriptions;

  /** By isolation, so that an append wakes only the subscriptions that see it already. */
  private final Map<Isolation, Set<PushSubscription>> byIsolation = new EnumMap<>(Isolation.class);

  Subscriptions(
      Owner owner,
      PartitionLog log,
      VisibleEnd visibleEnd,
      Traffic traffic,
      PartitionEnvironment environment) {
    this.owner = owner;
    this.log = log;
    this.visibleEnd = visibleEnd;
    this.traffic = traffic;
    this.readers = environment.readers();
    this.maxSubscriptions = environment.settings().maxSubscriptionsPerPartition();
    for (Isolation isolation : Isolation.values()) {
      byIsolation.put(isolation, new LinkedHashSet<>());
    }
  }

  Partition.Subscribed subscribe(SubscriptionSpec spec, SubscriptionSink sink) {
    if (count() >= maxSubscriptions) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          "partition "
              + log.id()
              + " has "
              + maxSubscriptions
              + " subscriptions, the most allowed; end one, or raise the broker's limit");
    }
    SourceMatch wanted = SourceMatch.of(spec.sources());
    for (int attempt = 1; ; attempt++) {
      long startOffset = startOffset(spec);
      try {
        PartitionReader reader = new PartitionReader(log.reader(startOffset), readers);
        PushSubscription subscription =
            new PushSubscription(this, reader, startOffset, wanted, spec, sink);
        of(spec.isolation()).add(subscription);
        return new Partition.Subscribed(subscription, startOffset, log.offsets());
      } catch (StorageException e) {
        // Retention may pass the start between the two looks at the log; not time after time.
        if (e.code() != ErrorCode.OFFSET_OUT_OF_RANGE
            || spec.startAt() instanceof StartAt.Offset
            || attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private long startOffset(SubscriptionSpec spec) {
    if (spec.startAt() instanceof StartAt.Offset start) {
      return start.offset();
    }
    long visibleEnd = visibleEnd(spec.isolation());
    if (spec.startAt() instanceof StartAt.EventTime start) {
      return log.firstBatchAtOrAfter(start.micros(), visibleEnd);
    }
    return spec.startAt() instanceof StartAt.Latest ? visibleEnd : log.offsets().start();
  }

  private Set<PushSubscription> of(Isolation isolation) {
    return byIsolation.get(isolation);
  }

  private int count() {
    return byIsolation.values().stream().mapToInt(Set::size).sum();
  }

  /** More has become visible to this isolation. */
  void wake(Isolation isolation) {
    of(isolation).forEach(PushSubscription::wake);
  }

  void endAll(BrokerException cause) {
    List<PushSubscription> all = new ArrayList<>();
    byIsolation.values().forEach(all::addAll);
    all.forEach(subscription -> subscription.end(cause));
  }

  void remove(PushSubscription subscription) {
    of(subscription.isolation()).remove(subscription);
  }

  /** As {@link VisibleEnd#of}. Any thread. */
  long visibleEnd(Isolation isolation) {
    return visibleEnd.of(isolation);
  }

  void delivered(long events, long bytes) {
    traffic.out(events, bytes);
  }

  /** Runs at once on the owner's thread, else is handed over to it. Any thread. */
  void onOwner(Runnable task) {
    if (owner.isOwnerThread()) {
      task.run();
      return;
    }
    try {
      owner.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("event=owner_ended log={}", log.id(), e); // and every subscription before it
    }
  }

  /** Runs after what the owner has to do already. */
  void later(Runnable task) {
    owner.execute(task);
  }

  /** Runs after what others have for the owner by then. */
  void afterOthers(Runnable task) {
    owner.executeAfterOthers(task);
  }

  /**
   * Goes on, on the owner's thread, with a slice that is being loaded.
   *
   * @param then takes the slice, which it closes, or the failure
   */
  void whenLoaded(CompletionStage<LogSlice> loading, BiConsumer<LogSlice, Throwable> then) {
    loading.whenComplete(
        (slice, failure) -> {
          try {
            owner.execute(() -> then.accept(slice, failure));
          } catch (RejectedExecutionException e) {
            if (slice != null) {
              slice.close(); // the owner has ended, and the subscription with it
            }
          }
        });
  }
}
