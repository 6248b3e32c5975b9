package io.millrace.core;

import io.millrace.protocol.record.BatchCheck;
import io.millrace.storage.PartitionLog;
import java.time.InstantSource;

/**
 * Builds partitions from open logs: it gives each class of a partition the threads, the settings
 * and the clock that the class uses. Any thread.
 */
final class PartitionFactory {

  private final BrokerSettings settings;
  private final PartitionThreads threads;
  private final InstantSource clock;
  private final BrokerObserver observer;

  /** One check serves all partitions. */
  private final BatchCheck check;

  PartitionFactory(
      BrokerSettings settings,
      PartitionThreads threads,
      InstantSource clock,
      BrokerObserver observer) {
    this.settings = settings;
    this.threads = threads;
    this.clock = clock;
    this.observer = observer;
    this.check = new BatchCheck(settings.limits());
  }

  /**
   * A partition that serves a log.
   *
   * @param derived filled by the opening of the log
   */
  Partition create(
      PartitionName name, PartitionLog log, DerivedState derived, TopicSettings topicSettings) {
    PartitionOwner owner = threads.owners().ownerOf(log.id());
    PartitionMetrics metrics = new PartitionMetrics(observer);
    Durability durability = new Durability(name, log, threads.flusher(), observer);
    PartitionReads reads =
        new PartitionReads(
            name,
            log,
            new VisibleEnd(log, durability),
            threads.readers(),
            settings.limits().maxRecordsBytes());
    Subscriptions subscriptions =
        new Subscriptions(name, owner, reads, metrics, settings.maxSubscriptionsPerPartition());
    LogWriter writer =
        new LogWriter(log, derived, durability, check, new AppendClock(clock, log.id()));
    Checkpoints checkpoints =
        new Checkpoints(derived, durability, writer.end(), settings.checkpointBytes());
    AppendQueue appends =
        new AppendQueue(name, writer, checkpoints, durability, subscriptions, metrics);
    PartitionRetention retention =
        new PartitionRetention(log, topicSettings, clock, threads.background());
    Partition partition =
        new Partition(
            name,
            owner,
            log,
            new Partition.Parts(durability, reads, subscriptions, appends, retention, metrics));
    durability.listen(partition.new LogChanges());
    return partition;
  }

  /** A partition whose log could not be opened: it refuses every use with the reason. */
  Partition unavailable(PartitionName name, UnavailableLog log, TopicSettings topicSettings) {
    Partition partition = create(name, log, new DerivedState(new ProducerTable(1)), topicSettings);
    partition.unavailable(BrokerException.of(name, log.cause()));
    return partition;
  }
}
