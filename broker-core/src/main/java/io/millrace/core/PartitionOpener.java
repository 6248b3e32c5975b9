package io.millrace.core;

import io.millrace.storage.LogId;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens logs in parallel and makes a partition of each. A log that cannot be opened becomes a
 * partition that refuses with the reason, so that all others are served. Any thread; blocks.
 *
 * <p>The opening of each log begins on a thread of a pool, where an engine may do all the work. An
 * engine that works on other threads returns at once, so that all logs open at the same time.
 */
final class PartitionOpener implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PartitionOpener.class);

  private final LogStorage storage;
  private final ProducerIds producerIds;
  private final NamedProducers namedProducers;
  private final PartitionFactory partitions;
  private final BrokerSettings settings;
  private final RecoveryThreads pool;

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
    this.pool = new RecoveryThreads(settings.recoveryThreads());
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
   * Opens logs; the partitions have the order of the list.
   *
   * @param opened the task that runs after each opening, on any thread
   */
  List<Partition> openAll(List<Order> orders, Runnable opened) {
    List<CompletableFuture<Partition>> opening =
        orders.stream()
            .map(order -> CompletableFuture.supplyAsync(() -> open(order), pool))
            .map(begun -> begun.thenCompose(Function.identity()))
            .map(open -> open.whenComplete((partition, defect) -> opened.run()))
            .toList();
    return opening.stream().map(CompletableFuture::join).toList();
  }

  /** Never fails: if the log cannot be opened, it returns a partition that refuses every use. */
  private CompletionStage<Partition> open(Order order) {
    if (order.refusal() != null) {
      return CompletableFuture.completedStage(unavailable(order, order.refusal()));
    }
    CompletionStage<Partition> opening;
    try {
      opening = openLog(order.id(), order.settings()).thenApply(opened -> partition(order, opened));
    } catch (RuntimeException e) {
      opening = CompletableFuture.failedStage(e);
    }
    return opening.exceptionally(failure -> unavailable(order, failure));
  }

  /** Opens a log and restores its derived state; may block, as {@link LogStorage#open} may. */
  private CompletionStage<RestoredLog> openLog(LogId id, TopicSettings topic) {
    ProducerTable producers =
        new ProducerTable(
            settings.maxProducersPerPartition(), producerIds, partitions.producerMemory());
    DerivedState derived = new DerivedState(producers);
    CompletionStage<RestoredLog> opening;
    try {
      namedProducers.ofTopic(id.topicId()).forEach(producers.named()::open);
      BufferedLogEvents events = new BufferedLogEvents();
      opening =
          storage
              .open(id, topic.logSettings(), derived, events)
              .thenCompose(log -> fill(new RestoredLog(log, derived, events)));
    } catch (RuntimeException | Error e) {
      derived.close();
      throw e;
    }
    return opening.whenComplete(
        (opened, failure) -> {
          if (failure != null) {
            derived.close();
          }
        });
  }

  /**
   * Reads what the state needs in addition to the replay; a log whose state cannot be read is
   * closed.
   */
  private CompletionStage<RestoredLog> fill(RestoredLog opened) {
    DerivedState derived = opened.derived();
    return derived
        .opened(opened.log(), pool)
        .handle(
            (filled, failure) -> {
              if (failure != null) {
                throw closeAfter(failure, opened.log());
              }
              producerIds.skip(derived.producers().ids());
              requireNames(opened);
              return opened;
            });
  }

  private void requireNames(RestoredLog opened) {
    try {
      namedProducers.requireNamesOf(opened.log().id(), opened.derived().producers().ids());
    } catch (StorageException e) {
      throw closeAfter(e, opened.log());
    }
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

  private Partition partition(Order order, RestoredLog opened) {
    try {
      return partitions.create(order.name(), opened, order.settings(), new Reopener(order.id()));
    } catch (RuntimeException | Error e) {
      opened.derived().close();
      throw closeAfter(e, opened.log());
    }
  }

  private Partition unavailable(Order order, Throwable failure) {
    StorageException cause = StageFailure.ofOpening(order.id(), failure);
    LOG.error("event=partition_unavailable partition={}", order.id(), cause);
    return partitions.unavailable(order.name(), cause, order.settings(), new Reopener(order.id()));
  }

  /** Opens one log again, on the threads of the opener. */
  private final class Reopener implements LogReopener {

    private final LogId id;

    Reopener(LogId id) {
      this.id = id;
    }

    @Override
    public CompletionStage<RestoredLog> open(TopicSettings topic) {
      return onPool(() -> openLog(id, topic)).thenCompose(Function.identity());
    }

    @Override
    public CompletionStage<Void> close(PartitionLog log) {
      return onPool(
          () -> {
            log.close();
            return null;
          });
    }

    private <T> CompletableFuture<T> onPool(Supplier<T> work) {
      try {
        return CompletableFuture.supplyAsync(work, pool);
      } catch (RejectedExecutionException e) {
        return CompletableFuture.failedFuture(BrokerException.shuttingDown(e));
      }
    }

    @Override
    public void after(long delayMs, Runnable task) {
      pool.after(delayMs, task);
    }
  }

  /** Ends the threads when their tasks are done; does not wait. */
  @Override
  public void close() {
    pool.close();
  }
}
