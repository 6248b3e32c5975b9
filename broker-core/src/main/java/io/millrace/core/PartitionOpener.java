package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecoveryCase;
import io.millrace.storage.StorageException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes partitions from logs, several at a time. A log that cannot be opened becomes a partition
 * that says why, so that it keeps nobody else from being served. Any thread; blocks.
 */
final class PartitionOpener {

  private static final Logger LOG = LoggerFactory.getLogger(PartitionOpener.class);

  private final LogStorage storage;
  private final ProducerIds producerIds;
  private final NamedProducers namedProducers;
  private final PartitionEnvironment environment;

  PartitionOpener(
      LogStorage storage,
      ProducerIds producerIds,
      NamedProducers namedProducers,
      PartitionEnvironment environment) {
    this.storage = storage;
    this.producerIds = producerIds;
    this.namedProducers = namedProducers;
    this.environment = environment;
  }

  /**
   * Which log to open.
   *
   * @param topic name of its topic
   * @param missing its topic was served before, and yet the log is not there: a new one in its
   *     place would hide the loss
   */
  record Order(LogId id, String topic, TopicSettings settings, boolean missing) {

    PartitionName name() {
      return new PartitionName(topic, id);
    }
  }

  /**
   * The partitions, in the order of the orders.
   *
   * @param opened run after each, on the thread that opened it
   */
  List<Partition> openAll(List<Order> orders, Runnable opened) {
    int threads = Math.min(environment.settings().recoveryThreads(), Math.max(1, orders.size()));
    ExecutorService pool = Executors.newFixedThreadPool(threads, new NamedThreads("recovery"));
    try {
      List<CompletableFuture<Partition>> opening =
          orders.stream()
              .map(order -> CompletableFuture.supplyAsync(() -> open(order, opened), pool))
              .toList();
      return opening.stream().map(CompletableFuture::join).toList();
    } finally {
      pool.shutdown();
    }
  }

  private Partition open(Order order, Runnable opened) {
    Partition partition = openOrExplain(order);
    opened.run();
    return partition;
  }

  private Partition openOrExplain(Order order) {
    if (order.missing()) {
      return unavailable(order, logMissing(order.id()));
    }
    try {
      return open(order);
    } catch (StorageException e) {
      return unavailable(order, e);
    } catch (RuntimeException e) {
      return unavailable(
          order,
          new StorageException(
              ErrorCode.INTERNAL,
              "opening log " + order.id() + " failed in the broker (" + e + "); see its log",
              e));
    }
  }

  private Partition open(Order order) {
    ProducerTable producers = new ProducerTable(environment.settings().maxProducersPerPartition());
    namedProducers.ofTopic(order.id().topicId()).forEach(producers.named()::open);
    DerivedState derived = new DerivedState(producers);
    PartitionLog log = storage.open(order.id(), order.settings().logSettings(), derived);
    derived.opened(log);
    producerIds.skip(producers.ids());
    Owner owner = environment.owners().ownerOf(order.id());
    return new Partition(order.name(), owner, log, derived, order.settings(), environment);
  }

  private Partition unavailable(Order order, StorageException cause) {
    LOG.error("event=partition_unavailable partition={}", order.id(), cause);
    Owner owner = environment.owners().ownerOf(order.id());
    UnavailableLog log = new UnavailableLog(order.id(), cause);
    return Partition.unavailable(order.name(), owner, log, order.settings(), environment);
  }

  private static StorageException logMissing(LogId id) {
    return new StorageException(
        ErrorCode.CORRUPT_LOG,
        RecoveryCase.NOTHING_LEFT,
        "log "
            + id
            + " is missing from the storage; restore it from a copy and restart the broker, or"
            + " delete the topic");
  }
}
