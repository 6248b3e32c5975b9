package io.millrace.core;

import io.millrace.core.MemoryBudget.Use;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchLimits;
import io.millrace.storage.FreeSpace;
import io.millrace.storage.LogStorage;
import io.millrace.storage.ResourceNeeds;
import io.millrace.storage.StorageException;
import io.millrace.storage.Verification;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The broker without a network. Any thread, unless a method says otherwise.
 *
 * <p>A method that returns a future never blocks. One of the broker's control threads does the work
 * and completes the future. Each kind of work has a thread of its own, so that a topic can be
 * looked up while another is being deleted. Every future fails with {@link BrokerException}: with
 * {@code TOO_MANY_IN_FLIGHT} when {@value ControlThread#MAX_WAITING} requests wait for the same
 * thread, and with {@code SHUTTING_DOWN} after {@link #close}. Each method lists its other
 * failures.
 */
public final class Broker implements AutoCloseable {

  private final LogStorage storage;
  private final UUID brokerId;
  private final BrokerThreads threads;
  private final SourceSummaries summaries;
  private final SourceLists sources;
  private final MemoryBudget memory;
  private final TopicTable topics = new TopicTable();
  private final PartitionOpener opener;
  private final TopicChanges topicChanges;
  private final ControlThreads control = new ControlThreads();
  private final ProducerOpenings producers;
  private final LazyGroups groups;
  private final BatchLimits limits;
  private final TopicSettings defaults;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Broker(
      BrokerSettings settings,
      LogStorage storage,
      PartitionOwners owners,
      BrokerClock clock,
      BrokerObserver observer) {
    this.storage = storage;
    this.memory = new MemoryBudget(settings.heapBytes(), settings.directBytes());
    BrokerStates states = BrokerStates.load(storage, settings, memory.share(Use.PRODUCERS));
    this.brokerId = states.identity().id();
    this.producers =
        new ProducerOpenings(control, topics, states.producerIds(), states.namedProducers());
    this.threads = BrokerThreads.of(settings, memory);
    PartitionFactory partitions =
        new PartitionFactory(settings, memory, threads.with(owners), clock, observer);
    this.opener =
        new PartitionOpener(
            storage, states.producerIds(), states.namedProducers(), partitions, settings);
    this.summaries =
        new SourceSummaries(
            storage.states(),
            new SourceSummaries.Parts(
                threads.scans(), threads.readers(), memory, clock, threads::runLater),
            topicId -> topics.byId(topicId).partitions());
    this.sources =
        new SourceLists(topics, summaries, threads.scans(), memory.share(Use.SOURCE_LISTS), clock);
    TopicLogs logs = new TopicLogs(storage, states.catalogue(), states.namedProducers(), summaries);
    TopicLimits topicLimits = new TopicLimits(settings, topics);
    TopicMemory topicMemory = new TopicMemory(memory.share(Use.TOPICS));
    this.topicChanges = new TopicChanges(topics, logs, opener, topicLimits, topicMemory, clock);
    GroupResources groupResources =
        new GroupResources(threads.readers(), threads.flusher(), memory, settings.limits(), clock);
    this.limits = settings.limits();
    this.defaults = settings.topicDefaults();
    this.groups =
        new LazyGroups(
            () -> new GroupCoordinator(topics, new NewGroupTopics(this, defaults), groupResources));
  }

  /**
   * Opens every partition of the catalogue, in parallel, and starts the background work. Blocks
   * until the broker can serve. A partition whose log cannot be opened reports the reason ({@link
   * Partition#failure()}); all others are served. A topic whose state is damaged or lost is refused
   * in the same way, under the name {@code __refused-} and its id.
   *
   * @param storage owned by the broker: {@link #close()} closes it, and this method closes it if it
   *     throws
   * @param progress receives a call after each partition that was opened
   * @param observer receives appends and fsyncs
   * @throws BrokerException {@code CORRUPT_LOG} if a state that is not about one topic is damaged,
   *     or if there are logs and no states of topics; {@code LOG_TOO_NEW} or {@code LOG_TOO_OLD} if
   *     any state is of another version
   */
  public static Broker open(
      BrokerSettings settings,
      LogStorage storage,
      PartitionOwners owners,
      BrokerClock clock,
      RecoveryProgress progress,
      BrokerObserver observer) {
    Broker broker;
    try {
      broker = new Broker(settings, storage, owners, clock, observer);
    } catch (RuntimeException | Error e) {
      throw closeAfter(e, storage::close);
    }
    try {
      broker.topicChanges.open(progress);
      broker.startGroups();
      broker.threads.retention().start(settings.retentionInterval(), broker.topicChanges::retain);
      storage.startVerification();
    } catch (RuntimeException | Error e) {
      throw closeAfter(e, broker::close);
    }
    return broker;
  }

  /** Closes what a failed start has opened; an error is thrown at once. */
  private static RuntimeException closeAfter(Throwable failure, Runnable close) {
    try {
      close.run();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
    return failure instanceof StorageException cause
        ? BrokerException.of(cause)
        : StageFailure.thrown(failure);
  }

  /** The identity of the data directory, made when it was first opened. */
  public UUID brokerId() {
    return brokerId;
  }

  /**
   * What can still be stored, as the operating system reported it about a second ago. Without bytes
   * or without files, appends are refused with {@code DISK_FULL}.
   *
   * @throws BrokerException {@code STORAGE_FAILED} if the operating system did not answer
   */
  public FreeSpace freeSpace() {
    try {
      return storage.freeSpace();
    } catch (StorageException e) {
      throw BrokerException.of(e);
    }
  }

  /** What the storage takes from the operating system at most, with the logs that are open now. */
  public ResourceNeeds storageNeeds() {
    return storage.needs();
  }

  /** The shares of the memory of the process. */
  public MemoryBudget memory() {
    return memory;
  }

  /**
   * Parses the filter of a subscription, on a reader thread.
   *
   * @return fails with {@link BrokerException}: {@code INVALID_FILTER}, whose message shows the
   *     place, or {@code SHUTTING_DOWN}
   */
  public CompletableFuture<EventFilter> parseFilter(String text) {
    CompletableFuture<EventFilter> parsed = new CompletableFuture<>();
    threads
        .readers()
        .submit(
            () -> {
              try {
                parsed.complete(EventFilter.parse(text));
              } catch (RuntimeException | Error e) {
                parsed.completeExceptionally(e);
              }
            },
            parsed::completeExceptionally);
    return parsed;
  }

  /** What the filters of all subscriptions have done. */
  public FilterActivity filterActivity() {
    return threads.filters().activity();
  }

  /** The progress of the background check of the batches that were stored before the start. */
  public Verification verification() {
    return storage.verification();
  }

  /**
   * Creates a topic.
   *
   * @param name does not begin with {@code __}, which is reserved for {@link Topic#internal
   *     internal} topics
   * @param partitions 1 to the broker's limit
   * @param settings the settings that differ from the broker's defaults, in the form that {@link
   *     TopicSettings#with} reads
   * @return completes when the topic survives a crash; fails with {@code INVALID_TOPIC_NAME},
   *     {@code TOPIC_EXISTS}, {@code INVALID_PARTITION_COUNT}, {@code INVALID_TOPIC_SETTING},
   *     {@code LIMIT_REACHED}, {@code CORRUPT_LOG} as long as the name of a refused topic is not
   *     known, or the refusal of the storage; then nothing is left of the topic
   */
  public CompletableFuture<Topic> createTopic(
      String name, int partitions, Map<String, String> settings) {
    return changeTopics(() -> topicChanges.create(name, partitions, settings));
  }

  /** Runs a change of the list of topics, or of their numbers of partitions. */
  private <T> CompletableFuture<T> changeTopics(Supplier<T> change) {
    return control
        .topicChanges()
        .run(
            () -> {
              try {
                return change.get();
              } finally {
                groups.topicsChanged();
              }
            });
  }

  /**
   * Creates an {@link Topic#internal internal} topic, for the broker's own data.
   *
   * @param name begins with {@code __}
   * @return as that of {@link #createTopic}
   */
  CompletableFuture<Topic> createInternalTopic(
      String name, int partitions, TopicSettings settings) {
    return control
        .topicChanges()
        .run(() -> topicChanges.createInternal(name, partitions, settings));
  }

  /**
   * Opens the internal topic {@code __audit}, for the copy of the audit log. Creates it, if there
   * is none.
   *
   * @param retention how long it keeps an event; zero: without limit
   * @return closed by nobody; fails with the refusal of the storage
   */
  public CompletableFuture<AuditTopicWriter> openAuditTopic(Duration retention) {
    return control
        .topicChanges()
        .run(
            () -> {
              TopicSettings wanted = new TopicSettings(retention, 0, defaults.logSettings());
              Topic topic = topicChanges.ensureInternal(TopicName.AUDIT, 1, wanted);
              return new AuditTopicWriter(topic.partitions().get(0), limits);
            });
  }

  /**
   * Changes settings of a topic. Retention uses them from its next run on. The log uses them from
   * its next segment on.
   *
   * @return completes with the changed topic when the change survives a crash; fails with {@code
   *     UNKNOWN_TOPIC}, {@code INVALID_TOPIC_SETTING}, {@code INVALID_TOPIC_NAME} for an internal
   *     topic, or the refusal of the storage
   */
  public CompletableFuture<Topic> alterTopic(String name, Map<String, String> changes) {
    return control.topicChanges().run(() -> topicChanges.alter(name, changes));
  }

  /**
   * Adds partitions to a topic. They are empty, and have the next numbers.
   *
   * @param partitions the number of partitions of the topic after the change; if it has this number
   *     already, nothing changes
   * @return completes with the grown topic when the change survives a crash; fails with {@code
   *     UNKNOWN_TOPIC}, {@code INVALID_PARTITION_COUNT} for a number that is not allowed or below
   *     the present one, {@code LIMIT_REACHED}, {@code INVALID_TOPIC_NAME} for an internal topic,
   *     or the refusal of the storage; then the topic is as it was
   */
  public CompletableFuture<Topic> addPartitions(String name, int partitions) {
    return changeTopics(() -> topicChanges.addPartitions(name, partitions));
  }

  /**
   * Deletes a topic with all its events. Ends its subscriptions and refuses its waiting appends
   * with {@code UNKNOWN_TOPIC}.
   *
   * @return completes when the logs are deleted; logs that cannot be closed or deleted now are
   *     deleted at the next start. Fails with {@code UNKNOWN_TOPIC}, with {@code
   *     INVALID_TOPIC_NAME} for an internal topic, or with the refusal of the storage
   */
  public CompletableFuture<Void> deleteTopic(String name) {
    return changeTopics(
        () -> {
          topicChanges.delete(name);
          return null;
        });
  }

  /**
   * The consumer groups. The first call makes their classes load; a broker without groups does
   * without them.
   */
  public GroupCoordinator groups() {
    return groups.get();
  }

  /** The consumer groups, if somebody uses them or there is a log of groups. */
  public Optional<GroupCoordinator> groupsInUse() {
    return groups.inUse();
  }

  /** Loads the groups of an earlier start. */
  private void startGroups() {
    if (topics.contains(TopicName.GROUPS)) {
      groups.get().start();
    }
  }

  /**
   * Runs a lookup whose work grows with the number of topics, such as a description of them all.
   *
   * @param lookup calls this broker; must not block
   * @return completes with its result, or fails with the exception that it threw
   */
  public <T> CompletableFuture<T> lookUp(Supplier<T> lookup) {
    return control.topicLookups().run(lookup);
  }

  /**
   * All topics, by name. The list includes {@link Topic#internal internal} topics, because metrics
   * and health report them. A list for users should leave them out, as Kafka's admin client does by
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

  /** The topic of this name; empty if there is none. */
  public Optional<Topic> findTopic(String name) {
    return topics.named(name);
  }

  /** As {@link #topic(String)}, as if only the visible topics existed. */
  public Topic topic(String name, Predicate<Topic> visible) {
    return topics.byName(name, visible);
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

  /** Opens producers. */
  public ProducerOpenings producers() {
    return producers;
  }

  /** Lists the sources of topics. */
  public SourceLists sources() {
    return sources;
  }

  /**
   * Closes the broker: ends subscriptions, fsyncs and closes every partition, closes the storage.
   * First it finishes the topic changes that wait, or refuses them with {@code SHUTTING_DOWN}.
   * Blocks. Repeated calls do nothing.
   *
   * <p>Owners must still run their tasks. The broker waits for them for at most {@value
   * PartitionClosing#LIMIT_SECONDS} seconds. If one does not run its tasks in that time, the
   * storage stays open, because the owner may still use its memory.
   *
   * @throws IllegalStateException on an owner's thread, which would wait for itself; nothing is
   *     changed
   * @throws BrokerException {@code INTERNAL} if an owner did not run its tasks in time
   */
  @Override
  public void close() {
    if (closed.get()) {
      return;
    }
    topicChanges.requireNoOwnersThread();
    if (closed.getAndSet(true)) {
      return;
    }
    control.stop();
    groups.stop();
    boolean partitionsClosed = topicChanges.close(BrokerException.shuttingDown());
    control.awaitEnd();
    threads.close();
    summaries.close();
    opener.close();
    if (!partitionsClosed) {
      throw new BrokerException(
          ErrorCode.INTERNAL,
          "partitions were not closed in "
              + PartitionClosing.LIMIT_SECONDS
              + " seconds; the storage stays open, and the next start recovers it");
    }
    storage.close();
  }
}
