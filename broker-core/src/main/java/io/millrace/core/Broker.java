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
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The broker without a network. Any thread, unless a method says otherwise; what changes topics
 * waits for the disk and for owners, and must not be called on an owner's thread.
 */
public final class Broker implements AutoCloseable {

  private final LogStorage storage;
  private final UUID brokerId;
  private final ProducerIds producerIds;
  private final NamedProducers namedProducers;
  private final Flusher flusher;
  private final ReaderPool readers;
  private final Retention retention = new Retention();
  private final Topics topics;
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
   * Creates a topic; it survives a crash once this has returned. Blocks.
   *
   * @param partitions 1 to the broker's limit
   * @param settings as {@link TopicSettings#with} reads them, on top of the broker's defaults
   * @throws BrokerException {@code INVALID_TOPIC_NAME}, {@code TOPIC_EXISTS}, {@code
   *     INVALID_PARTITION_COUNT}, {@code INVALID_TOPIC_SETTING}, {@code LIMIT_REACHED}, or what the
   *     storage refused with; then nothing is left of the topic
   */
  public Topic createTopic(String name, int partitions, Map<String, String> settings) {
    return topics.create(name, partitions, settings);
  }

  /**
   * Changes settings of a topic. Retention follows at its next look, segments when the next is
   * begun. Blocks.
   *
   * @throws BrokerException {@code UNKNOWN_TOPIC}, {@code INVALID_TOPIC_SETTING}
   */
  public Topic alterTopic(String name, Map<String, String> changes) {
    return topics.alter(name, changes);
  }

  /**
   * Deletes a topic with all its events: its subscriptions are ended and its waiting appends
   * refused with {@code UNKNOWN_TOPIC}. Blocks.
   *
   * @throws BrokerException {@code UNKNOWN_TOPIC}
   */
  public void deleteTopic(String name) {
    topics.delete(name);
  }

  /** All topics, by name. */
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
   * The hot path's way to a partition.
   *
   * @throws BrokerException {@code UNKNOWN_TOPIC} or {@code UNKNOWN_PARTITION}
   */
  public Partition partition(UUID topicId, int partition) {
    return topics.partition(topicId, partition);
  }

  /**
   * A producer id never given before, durable before it is returned. Blocks now and then.
   *
   * @throws BrokerException what the storage refused with
   */
  public long newProducerId() {
    try {
      return producerIds.next();
    } catch (StorageException e) {
      throw BrokerException.of(e);
    }
  }

  /**
   * Opens a producer that has a name in its topic, for the first time or again, and shuts out
   * whoever opened it before. Blocks for the disk; the rest is done by the partitions' owners.
   *
   * @param name 1 to 255 bytes of UTF-8
   * @return completes on an owner's thread; fails with {@link BrokerException} if one of the
   *     topic's partitions takes no appends
   * @throws BrokerException {@code UNKNOWN_TOPIC}, {@code INVALID_REQUEST}, {@code LIMIT_REACHED},
   *     or what the storage refused with
   */
  public CompletableFuture<NamedProducer> openProducer(UUID topicId, String name) {
    List<Partition> partitions = topics.byId(topicId).partitions();
    NamedProducers.Opening opening;
    try {
      opening = namedProducers.open(topicId, name);
    } catch (StorageException e) {
      throw BrokerException.of(e);
    }
    if (topics.isGone(topicId)) {
      namedProducers.forget(topicId); // deleted in the meantime, maybe before this name was there
    }
    List<CompletableFuture<Long>> lastSequences =
        partitions.stream().map(partition -> partition.openProducer(opening)).toList();
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
   * Ends subscriptions, forces and closes every partition, closes the storage. Owners must still
   * run their tasks, and are waited for at most {@value Topics#CLOSE_SECONDS} seconds; where one
   * does not come back the storage stays open, because bytes in use must not be taken away.
   * Repeated calls do nothing.
   *
   * @throws BrokerException {@code INTERNAL} if an owner did not come back
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    boolean partitionsClosed =
        topics.close(new BrokerException(ErrorCode.SHUTTING_DOWN, "the broker is shutting down"));
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
}
