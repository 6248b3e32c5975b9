package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens logs in parallel and makes a partition of each. A log that cannot be opened becomes a
 * partition that refuses with the reason, so that all others are served. Any thread; blocks.
 *
 * <p>The opening of each log begins on a thread of a pool, where an engine may do all the work. An
 * engine that does it elsewhere gives the thread back at once: then all logs are opening together.
 */
final class PartitionOpener {

  private static final Logger LOG = LoggerFactory.getLogger(PartitionOpener.class);

  private final LogStorage storage;
  private final ProducerIds producerIds;
  private final NamedProducers namedProducers;
  private final PartitionFactory partitions;
  private final BrokerSettings settings;

  PartitionOpener(
      LogStorage storage,
      ProducerIds producerIds,
      NamedProducers namedProducers,
      PartitionFactory partitions,
      BrokerSettings settings) {
    this.storage = storage;
    this.producerIds = producerIds;
    this.namedProducers = namedProducers;
    this.partitions = partitions;
    this.settings = settings;
  }

  /**
   * A log to open.
   *
   * @param topic name of its topic
   * @param refusal why the log must not be opened; null if it is to be opened
   */
  record Order(LogId id, String topic, TopicSettings settings, StorageException refusal) {

    PartitionName name() {
      return new PartitionName(topic, id);
    }
  }

  /**
   * The partitions, in the order of the orders.
   *
   * @param opened run after each, on any thread
   */
  List<Partition> openAll(List<Order> orders, Runnable opened) {
    int threads = Math.min(settings.recoveryThreads(), Math.max(1, orders.size()));
    ExecutorService pool = Executors.newFixedThreadPool(threads, new NamedThreads("recovery"));
    try {
      List<CompletableFuture<Partition>> opening =
          orders.stream()
              .map(order -> CompletableFuture.supplyAsync(() -> open(order, pool), pool))
              .map(begun -> begun.thenCompose(Function.identity()))
              .map(open -> open.whenComplete((partition, defect) -> opened.run()))
              .toList();
      return opening.stream().map(CompletableFuture::join).toList();
    } finally {
      pool.shutdown();
    }
  }

  /** Never fails: of a log that cannot be opened it makes a partition that refuses. */
  private CompletionStage<Partition> open(Order order, Executor pool) {
    if (order.refusal() != null) {
      return CompletableFuture.completedStage(unavailable(order, order.refusal()));
    }
    CompletionStage<Partition> opening;
    try {
      opening = begin(order, pool);
    } catch (RuntimeException e) {
      opening = CompletableFuture.failedStage(e);
    }
    return opening.exceptionally(failure -> unavailable(order, StageFailure.cause(failure)));
  }

  private CompletionStage<Partition> begin(Order order, Executor pool) {
    ProducerTable producers = new ProducerTable(settings.maxProducersPerPartition());
    namedProducers.ofTopic(order.id().topicId()).forEach(producers.named()::open);
    DerivedState derived = new DerivedState(producers);
    LogEvents events = new LogEvents();
    return storage
        .open(order.id(), order.settings().logSettings(), derived, events)
        .thenCompose(log -> fill(order, log, derived, events, pool));
  }

  /** Reads what the state needs beside the replay; a log whose state cannot be read is closed. */
  private CompletionStage<Partition> fill(
      Order order, PartitionLog log, DerivedState derived, LogEvents events, Executor pool) {
    return derived
        .opened(log, pool)
        .handle(
            (filled, failure) -> {
              if (failure != null) {
                throw closeAfter(failure, log);
              }
              try {
                return partition(order, log, derived, events);
              } catch (RuntimeException | Error e) {
                throw closeAfter(e, log);
              }
            });
  }

  /** Closes a log that no partition will use. */
  private static RuntimeException closeAfter(Throwable failure, PartitionLog log) {
    try {
      log.close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
    return StageFailure.unchecked(failure);
  }

  private Partition partition(
      Order order, PartitionLog log, DerivedState derived, LogEvents events) {
    producerIds.skip(derived.producers().ids());
    Partition partition = partitions.create(order.name(), log, derived, order.settings());
    partition.listenTo(events);
    return partition;
  }

  private Partition unavailable(Order order, Throwable failure) {
    StorageException cause =
        failure instanceof StorageException refused ? refused : internal(order.id(), failure);
    LOG.error("event=partition_unavailable partition={}", order.id(), cause);
    return partitions.unavailable(
        order.name(), new UnavailableLog(order.id(), cause), order.settings());
  }

  private static StorageException internal(LogId id, Throwable cause) {
    return new StorageException(
        ErrorCode.INTERNAL,
        "opening log " + id + " failed in the broker (" + cause + "); see its log",
        cause);
  }
}
