package io.millrace.core;

import io.millrace.core.MemoryBudget.Use;
import io.millrace.storage.StorageException;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;

/** Builds partitions from open logs, or from the reason why a log is not open. Any thread. */
final class PartitionFactory {

  private final PartitionOwners owners;
  private final Flusher flusher;
  private final BrokerObserver observer;
  private final SubscriptionLimits subscriptionLimits;
  private final ProducerMemory producerMemory;
  private final OpeningPartsFactory logs;

  PartitionFactory(
      BrokerSettings settings,
      MemoryBudget memory,
      PartitionThreads threads,
      InstantSource clock,
      BrokerObserver observer) {
    this.owners = threads.owners();
    this.flusher = threads.flusher();
    this.observer = observer;
    this.subscriptionLimits =
        new SubscriptionLimits(
            settings.maxSubscriptionsPerPartition(),
            memory.share(Use.SUBSCRIPTIONS),
            threads.filters());
    this.producerMemory =
        new ProducerMemory(
            memory.share(Use.PRODUCERS), settings.producerExpiry(), clock, System::nanoTime);
    this.logs = new OpeningPartsFactory(settings, producerMemory, threads, clock, observer);
  }

  /** The memory of the producers of all partitions. */
  ProducerMemory producerMemory() {
    return producerMemory;
  }

  /**
   * A partition that serves a log.
   *
   * @param reopener opens the log again
   */
  Partition create(
      PartitionName name, RestoredLog opened, TopicSettings topicSettings, LogReopener reopener) {
    LastingParts lasting = lastingParts(name);
    ServedLog served = new ServedLog(lasting, logs, topicSettings);
    Reopening reopening = reopening(lasting, served, reopener);
    served.serveFirst(opened);
    return new Partition(lasting, served, new PartitionEnd(lasting, served, reopening));
  }

  /**
   * A partition whose log could not be opened: it refuses every use with the reason. If the reason
   * is {@code FENCED} or a shortage, the partition opens its log again by itself.
   */
  Partition unavailable(
      PartitionName name,
      StorageException cause,
      TopicSettings topicSettings,
      LogReopener reopener) {
    LastingParts lasting = lastingParts(name);
    ServedLog served = new ServedLog(lasting, logs, topicSettings);
    Reopening reopening = reopening(lasting, served, reopener);
    reopening.firstFailed(cause);
    return new Partition(lasting, served, new PartitionEnd(lasting, served, reopening));
  }

  private LastingParts lastingParts(PartitionName name) {
    PartitionOwner owner = owners.ownerOf(name.log());
    PartitionMetrics metrics = new PartitionMetrics(observer);
    Subscriptions subscriptions =
        new Subscriptions(name, owner, metrics, flusher, subscriptionLimits);
    return new LastingParts(name, owner, subscriptions, metrics);
  }

  private static Reopening reopening(LastingParts lasting, ServedLog served, LogReopener reopener) {
    ReopenDelays delays =
        new ReopenDelays(System::nanoTime, bound -> ThreadLocalRandom.current().nextLong(bound));
    Reopening reopening = new Reopening(lasting, served, reopener, delays);
    served.whenFenced(reopening::fenced);
    return reopening;
  }
}
