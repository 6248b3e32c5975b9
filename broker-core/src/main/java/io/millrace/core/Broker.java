package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogStorage;
import io.millrace.storage.StorageException;
import io.millrace.storage.Verification;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The broker without a network. Any thread, unless a method says otherwise.
 *
 * <p>A method that returns a future never blocks: its work is done on one of the broker's control
 * threads, and the future completes there. There is one thread for each kind of work, so that a
 * topic is looked up while another is being deleted. A future fails with {@link BrokerException};
 * with {@code TOO_MANY_IN_FLIGHT} where {@value ControlThread#MAX_WAITING} requests of one kind
 * wait, with {@code SHUTTING_DOWN} after {@link #close}.
 */
public final class Broker implements AutoCloseable {

  /** Longest wait of {@link #close} for requests that control threads have begun. */
  private static final int CONTROL_CLOSE_SECONDS = 10;

  private final LogStorage storage;
  private final UUID brokerId;
  private final ProducerIds producerIds;
  private final NamedProducers namedProducers;
  private final Flusher flusher;
  private final ReaderPool readers;
  private final Retention retention = new Retention();
  private final Topics topics;
  private final ControlThread topicChanges = new ControlThread("millrace-topic-changes");
  private final ControlThread topicLookups = new ControlThread("millrace-topic-lookups");
  private final ControlThread idReservations = new ControlThread("millrace-producer-ids");
  private final AtomicBoolean closed = new AtomicBoolean();

  private Broker(
      BrokerSettings settings,
      LogStorage storage,
      Owners owners,
      InstantSource clock,
      BrokerObserver observer) {
    this.storage = storage;
    this.brokerId = BrokerIdentity.loadOrMake(storage.states());
    this.producerIds = ProducerIds.load(storage.states());
    this.namedProducers =
        NamedProducers.load(storage.states(), producerIds, settings.maxNamedProducers());
    TopicCatalogue catalogue = TopicCatalogue.load(storage.states());
    this.flusher = new FlusherThreads(settings.flusherThreads(), settings.flushInterval());
    this.readers =
        new ReaderPool(
            Executors.newFixedThreadPool(settings.readerThreads(), new NamedThreads("reader")));
    PartitionEnvironment environment =
        new PartitionEnvironment(
            settings, clock, owners, flusher, readers, retention.executor(), observer);
    PartitionOpener opener = new PartitionOpener(storage, producerIds, namedProducers, environment);
    this.topics = new Topics(catalogue, storage, opener, namedProducers, settings, clock);
  }

  /**
   * Opens every partition of the catalogue, in parallel, and starts the background work. Blocks
   * until the broker can serve. A partition whose log cannot be opened says so ({@link
   * Partition#failure()}) and keeps nobody else from being served.
   *
   * @param storage taken over: closed by {@link #close()}, and at once if this throws
   * @param progress told after each partition that was opened, on any thread
   * @param observer told of appends and forces
   * @throws BrokerException {@code CORRUPT_LOG} or {@code LOG_TOO_NEW} if what the broker keeps
   *     beside the logs cannot be trusted
   */
  public static Broker open(
      BrokerSettings settings,
      LogStorage storage,
      Owners owners,
      InstantSource clock,
      RecoveryProgress progress,
      BrokerObserver observer) {
    Broker broker;
    try {
      broker = new Broker(settings, storage, owners, clock, observer);
    } catch (StorageException e) {
      storage.close();
      throw BrokerException.of(e);
    }
    try {
      broker.topics.open(progress);
    } catch (RuntimeException e) {
      broker.close();
      throw e instanceof StorageException cause ? BrokerException.of(cause) : e;
    }
    broker.retention.start(settings.retentionInterval(), broker.topics::lookAfter);
    storage.startVerification();
    return broker;
  }

  /** Told how far opening has come. */
  @FunctionalInterface
  public interface RecoveryProgress {
    /** So many of the partitions on record are open, or have failed to open. */
    void opened(int partitionsOpened, int partitionsTotal);
  }

  /** Identity of the data directory, made when it was first opened. */
  public UUID brokerId() {
    return brokerId;
  }

  /**
   * Bytes that logs can still take; when it is about none, appends are refused with {@code
   * DISK_FULL}. Asks the system.
   *
   * @throws BrokerException {@code STORAGE_FAILED} if it does not tell
   */
  public long usableBytes() {
    try {
      return storage.usableBytes();
    } catch (StorageException e) {
      throw BrokerException.of(e);
    }
  }

  /** How far the check of what was stored before the start has come. */
  public Verification verification() {
    return storage.verification();
  }

  /**
   * Creates a topic.
   *
   * @param partitions 1 to the broker's limit
   * @param settings as {@link TopicSettings#with} reads them, on top of the broker's defaults
   * @param name begins with no {@code __}, which is reserved for {@link Topic#internal internal}
   *     topics
   * @return completes when the topic survives a crash; fails with {@code INVALID_TOPIC_NAME},
   *     {@code TOPIC_EXISTS}, {@code INVALID_PARTITION_COUNT}, {@code INVALID_TOPIC_SETTING},
   *     {@code LIMIT_REACHED}, or the refusal of the storage; then nothing is left of the topic
   */
  public CompletableFuture<Topic> createTopic(
      String name, int partitions, Map<String, String> settings) {
    return topicChanges.run(() -> topics.create(name, partitions, settings));
  }

  /**
   * Creates an {@link Topic#internal internal} topic, for the broker's own data.
   *
   * @param name begins with {@code __}
   * @return as that of {@link #createTopic}
   */
  CompletableFuture<Topic> createInternalTopic(
      String name, int partitions, TopicSettings settings) {
    return topicChanges.run(() -> topics.createInternal(name, partitions, settings));
  }

  /**
   * Changes settings of a topic. Retention uses them from its next run on, the log from its next
   * segment on.
   *
   * @return completes with the changed topic when the change survives a crash; fails with {@code
   *     UNKNOWN_TOPIC}, {@code INVALID_TOPIC_SETTING}, {@code INVALID_TOPIC_NAME} for an internal
   *     topic, or the refusal of the storage
   */
  public CompletableFuture<Topic> alterTopic(String name, Map<String, String> changes) {
    return topicChanges.run(() -> topics.alter(name, changes));
  }

  /**
   * Deletes a topic with all its events. Ends its subscriptions and refuses its waiting appends
   * with {@code UNKNOWN_TOPIC}.
   *
   * @return completes when the logs are deleted, or are left to the next start because they could
   *     not be closed or deleted; fails with {@code UNKNOWN_TOPIC}, with {@code INVALID_TOPIC_NAME}
   *     for an internal topic, or with the refusal of the storage
   */
  public CompletableFuture<Void> deleteTopic(String name) {
    return topicChanges.run(
        () -> {
          topics.delete(name);
          return null;
        });
  }

  /**
   * Runs a lookup whose work grows with the number of topics, such as a description of them all.
   *
   * @param lookup calls this broker; must not wait for anything
   * @return completes with its result, or fails with the exception that it threw
   */
  public <T> CompletableFuture<T> lookUp(Supplier<T> lookup) {
    return topicLookups.run(lookup);
  }

  /**
   * All topics, by name. {@link Topic#internal Internal} ones are among them, because metrics and
   * health are about them too; a list for users leaves them out, as Kafka's admin client does by
   * default.
   */
  public List<Topic> topics() {
    return topics.all();
  }

  /**
   * The topic of this name.
   *
   * @throws BrokerException {@code UNKNOWN_TOPIC}, naming the nearest known topic
   */
  public Topic topic(String name) {
    return topics.byName(name);
  }

  /**
   * The topic with this id.
   *
   * @throws BrokerException {@code UNKNOWN_TOPIC}
   */
  public Topic topic(UUID id) {
    return topics.byId(id);
  }

  /**
   * The partition of a topic. Called for every append: takes no lock.
   *
   * @throws BrokerException {@code UNKNOWN_TOPIC} or {@code UNKNOWN_PARTITION}
   */
  public Partition partition(UUID topicId, int partition) {
    return topics.partition(topicId, partition);
  }

  /**
   * Gives out a producer id that was never given before.
   *
   * @return completes when a crash can no longer make the broker give it again; fails with the
   *     refusal of the storage
   */
  public CompletableFuture<Long> newProducerId() {
    return idReservations.run(
        () -> {
          try {
            return producerIds.next();
          } catch (StorageException e) {
            throw BrokerException.of(e);
          }
        });
  }

  /**
   * Opens a producer that has a name in its topic, for the first time or again. Any earlier opening
   * of the name can append no more.
   *
   * @param name 1 to 255 bytes of UTF-8
   * @return completes when the last sequences are on disk, maybe on an owner's thread; fails with
   *     {@code UNKNOWN_TOPIC}, {@code INVALID_TOPIC_NAME} for an internal topic, {@code
   *     INVALID_REQUEST}, {@code LIMIT_REACHED}, the refusal of the storage, or the reason why one
   *     of the topic's partitions takes no appends
   */
  public CompletableFuture<NamedProducer> openProducer(UUID topicId, String name) {
    // After the topic changes that were asked for before: a name must not outlive its topic.
    return topicChanges
        .run(() -> openNamedProducer(topicId, name))
        .thenCompose(lastSequences -> lastSequences);
  }

  /** Blocks for the disk. */
  private CompletableFuture<NamedProducer> openNamedProducer(UUID topicId, String name) {
    Topic topic = topics.byId(topicId);
    TopicName.requireNotInternal(topic.name());
    NamedProducers.Opening opening;
    try {
      opening = namedProducers.open(topicId, name);
    } catch (StorageException e) {
      throw BrokerException.of(e);
    }
    List<CompletableFuture<Long>> lastSequences =
        topic.partitions().stream().map(partition -> partition.openProducer(opening)).toList();
    return CompletableFuture.allOf(lastSequences.toArray(CompletableFuture[]::new))
        .thenApply(
            done ->
                new NamedProducer(
                    opening.id(),
                    opening.epoch(),
                    lastSequences.stream().map(CompletableFuture::join).toList()));
  }

  /**
   * An opening of a named producer.
   *
   * @param id the same for every opening of the name
   * @param epoch one more than that of the opening before
   * @param lastSequences of the last event that is stored and on disk, by partition; -1: none
   */
  public record NamedProducer(long id, short epoch, List<Long> lastSequences) {}

  /**
   * Ends subscriptions, forces and closes every partition, closes the storage. Topic changes that
   * wait are finished or refused with {@code SHUTTING_DOWN} before. Owners must still run their
   * tasks, and are waited for at most {@value Topics#CLOSE_SECONDS} seconds; where one does not
   * come back the storage stays open, because bytes in use must not be taken away. Blocks. Repeated
   * calls do nothing.
   *
   * @throws IllegalStateException on an owner's thread, which this would wait for; changes nothing
   * @throws BrokerException {@code INTERNAL} if an owner did not come back
   */
  @Override
  public void close() {
    if (closed.get()) {
      return;
    }
    topics.requireNoOwnersThread();
    if (closed.getAndSet(true)) {
      return;
    }
    controlThreads().forEach(ControlThread::stop);
    boolean partitionsClosed = topics.close(BrokerException.shuttingDown());
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(CONTROL_CLOSE_SECONDS);
    controlThreads().forEach(thread -> thread.awaitEnd(deadlineNanos));
    retention.close();
    flusher.close();
    readers.close();
    if (!partitionsClosed) {
      throw new BrokerException(
          ErrorCode.INTERNAL,
          "partitions were not closed in "
              + Topics.CLOSE_SECONDS
              + " seconds; the storage stays as it is and will be recovered at the next start");
    }
    storage.close();
  }

  private Stream<ControlThread> controlThreads() {
    return Stream.of(topicChanges, topicLookups, idReservations);
  }
}
