package io.millrace.core;

import io.millrace.protocol.record.BatchCheck;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;

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
   * @param reopener opens the log again
   */
  Partition create(
      PartitionName name, OpenedLog opened, TopicSettings topicSettings, LogReopener reopener) {
    LastingParts lasting = lastingParts(name);
    ServedLog served = served(lasting, topicSettings, reopener);
    served.serveFirst(opened);
    return new Partition(lasting, served);
  }

  /**
   * A partition whose log could not be opened: it refuses every use with the reason. If the reason
   * is {@code FENCED}, the partition opens its log again by itself.
   */
  Partition unavailable(
      PartitionName name,
      StorageException cause,
      TopicSettings topicSettings,
      LogReopener reopener) {
    LastingParts lasting = lastingParts(name);
    ServedLog served = served(lasting, topicSettings, reopener);
    served.refuseFirst(cause);
    return new Partition(lasting, served);
  }

  private LastingParts lastingParts(PartitionName name) {
    PartitionOwner owner = threads.owners().ownerOf(name.log());
    PartitionMetrics metrics = new PartitionMetrics(observer);
    Subscriptions subscriptions =
        new Subscriptions(name, owner, metrics, settings.maxSubscriptionsPerPartition());
    return new LastingParts(name, owner, subscriptions, metrics);
  }

  private ServedLog served(
      LastingParts lasting, TopicSettings topicSettings, LogReopener reopener) {
    ReopenDelays delays =
        new ReopenDelays(System::nanoTime, bound -> ThreadLocalRandom.current().nextLong(bound));
    return new ServedLog(lasting, this, reopener, delays, topicSettings);
  }

  /** The classes that work on one opening of a partition's log. */
  OpenLog openLog(
      LastingParts lasting, ServedLog served, OpenedLog opened, TopicSettings topicSettings) {
    PartitionName name = lasting.name();
    PartitionLog log = opened.log();
    Durability durability = new Durability(name, log, threads.flusher(), observer);
    PartitionReads reads =
        new PartitionReads(
            name,
            log,
            new VisibleEnd(log, durability),
            threads.readers(),
            settings.limits().maxRecordsBytes());
    Checkpoints checkpoints =
        new Checkpoints(
            opened.derived(), durability, log.offsets().end(), settings.checkpointBytes());
    LogWriter writer =
        new LogWriter(log, checkpoints, durability, check, new AppendClock(clock, log.id()));
    AppendQueue appends =
        new AppendQueue(name, writer, durability, lasting.subscriptions(), lasting.metrics());
    PartitionRetention retention =
        new PartitionRetention(log, topicSettings, clock, threads.background());
    durability.listen(new LogChanges(lasting, served, appends));
    return new OpenLog(log, durability, reads, appends, retention);
  }

  /** As {@link #openLog}, for a log that is not open: every use is refused. */
  OpenLog unavailable(
      LastingParts lasting, ServedLog served, UnavailableLog log, TopicSettings topicSettings) {
    DerivedState none = new DerivedState(new ProducerTable(1));
    OpenLog refusing =
        openLog(lasting, served, new OpenedLog(log, none, new LogEvents()), topicSettings);
    refusing.appends().unavailable(BrokerException.of(lasting.name(), log.cause()));
    return refusing;
  }
}
