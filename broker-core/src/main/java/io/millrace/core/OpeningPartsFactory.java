package io.millrace.core;

import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchCheck;
import io.millrace.storage.PartitionLog;
import java.time.InstantSource;

/**
 * Builds the classes that work on one opening of a log: it gives each class the threads, the
 * settings and the clock that the class uses. Any thread.
 */
final class OpeningPartsFactory {

  private final BrokerSettings settings;
  private final ProducerMemory producerMemory;
  private final PartitionThreads threads;
  private final InstantSource clock;
  private final BrokerObserver observer;

  /** One check serves all partitions. */
  private final BatchCheck check;

  OpeningPartsFactory(
      BrokerSettings settings,
      ProducerMemory producerMemory,
      PartitionThreads threads,
      InstantSource clock,
      BrokerObserver observer) {
    this.settings = settings;
    this.producerMemory = producerMemory;
    this.threads = threads;
    this.clock = clock;
    this.observer = observer;
    this.check = new BatchCheck(settings.limits());
  }

  /** The classes that work on one opening of a partition's log. */
  OpeningParts build(
      LastingParts lasting, ServedLog served, RestoredLog opened, TopicSettings topicSettings) {
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
        new PartitionRetention(
            log,
            new Deletions(name, log, durability, reads, appends),
            topicSettings,
            clock,
            threads.background());
    durability.listen(new LogChangeForwarder(lasting, served, appends));
    return new OpeningParts(log, durability, reads, appends, retention);
  }

  /** As {@link #build}, for a log that is not open: every use is refused. */
  OpeningParts unavailable(
      LastingParts lasting, ServedLog served, UnavailableLog log, TopicSettings topicSettings) {
    DerivedState none =
        new DerivedState(new ProducerTable(1, OpeningPartsFactory::refuse, producerMemory));
    OpeningParts refusing =
        build(lasting, served, new RestoredLog(log, none, new BufferedLogEvents()), topicSettings);
    refusing.appends().unavailable(BrokerException.of(lasting.name(), log.cause()));
    return refusing;
  }

  private static void refuse(long id, short epoch, ProducerSecret secret) {
    throw new IllegalStateException("producer " + id + " appends to a log that is not open");
  }
}
