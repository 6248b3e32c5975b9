package io.millrace.core;

import io.millrace.core.MemoryBudget.Use;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
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
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  /** The epoch of a producer without a name. Its id is new and has no earlier epoch. */
  private static final short FIRST_EPOCH = 0;

  private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

  private final LogStorage storage;
  private final UUID brokerId;
  private final ProducerIds producerIds;
  private final NamedProducers namedProducers;
  private final Flusher flusher;
  private final ReaderPool readers;
  private final LongScans longScans;
  private final FilterTurns filters;
  private final SourceSummaries sources;
  private final BrokerClock clock;
  private final MemoryBudget memory;
  private final RetentionThread retention = new RetentionThread();
  private final TopicTable topics = new TopicTable();
  private final PartitionOpener opener;
  private final TopicChanges topicChanges;
  private final ControlThreads control = new ControlThreads();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final GroupResources groupResources;
  private final TopicSettings topicDefaults;

  /** Null until somebody uses groups. Set under this. */
  private volatile GroupCoordinator groups;

  private Broker(
      BrokerSettings settings,
      LogStorage storage,
      PartitionOwners owners,
      BrokerClock clock,
      BrokerObserver observer) {
    this.storage = storage;
    this.clock = clock;
    BrokerIdentity identity = BrokerIdentity.load(storage.states());
    this.brokerId = identity.id();
    this.producerIds = ProducerIds.load(storage.states());
    this.memory = new MemoryBudget(settings.heapBytes(), settings.directBytes());
    this.namedProducers =
        NamedProducers.load(storage.states(), producerIds, settings, memory.share(Use.PRODUCERS));
    TopicCatalogue catalogue = TopicCatalogue.load(storage.states(), settings.recoveryThreads());
    catalogue.refuseLost(storage.list(), storage.namedOnly());
    catalogue.logRefused();
    saveNew(identity, producerIds, catalogue);
    this.flusher = new FlusherThreads(settings.flusherThreads(), settings.flushInterval());
    this.readers =
        new ReaderPool(
            Executors.newFixedThreadPool(settings.readerThreads(), new NamedThreads("reader")));
    this.longScans = new LongScans(readers, Math.max(1, settings.readerThreads() - 1));
    this.filters =
        new FilterTurns(
            readers,
            Math.max(1, settings.readerThreads() - 1),
            settings.limits().maxRecordsBytes(),
            memory.share(Use.FILTERED_BATCHES),
            FilterTurns.Clocks.ofJvm());
    PartitionThreads threads =
        new PartitionThreads(owners, flusher, readers, filters, retention.executor());
    PartitionFactory partitions = new PartitionFactory(settings, memory, threads, clock, observer);
    this.opener = new PartitionOpener(storage, producerIds, namedProducers, partitions, settings);
    this.sources =
        new SourceSummaries(
            storage.states(),
            new SourceSummaries.Parts(longScans, readers, memory, clock, this::runLater),
            topicId -> topics.byId(topicId).partitions());
    TopicLogs logs = new TopicLogs(storage, catalogue, namedProducers, sources);
    TopicLimits limits = new TopicLimits(settings, topics);
    TopicMemory topicMemory = new TopicMemory(memory.share(Use.TOPICS));
    this.topicChanges = new TopicChanges(topics, logs, opener, limits, topicMemory, clock);
    this.topicDefaults = settings.topicDefaults();
    this.groupResources = new GroupResources(readers, flusher, memory, settings.limits(), clock);
  }

  /** After everything was read: a start that fails leaves the states as they are. */
  private static void saveNew(
      BrokerIdentity identity, ProducerIds producerIds, TopicCatalogue catalogue) {
    if (!catalogue.isEmpty()) {
      warnIfLost(identity.isNew(), BrokerIdentity.NAME);
      warnIfLost(producerIds.isNew(), ProducerIds.NAME);
    }
    identity.saveIfNew();
    producerIds.saveIfNew();
  }

  private static void warnIfLost(boolean isNew, String state) {
    if (isNew) {
      LOG.warn("event=state_lost state={} action=made_anew", state);
    }
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
      broker.retention.start(settings.retentionInterval(), broker.topicChanges::retain);
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
    readers.submit(
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
    return filters.activity();
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
                GroupCoordinator used = groups;
                if (used != null) {
                  used.topicsChanged();
                }
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
    GroupCoordinator used = groups;
    return used != null ? used : makeGroups();
  }

  private synchronized GroupCoordinator makeGroups() {
    if (groups == null) {
      groups = new GroupCoordinator(topics, new TopicsOfGroups(), groupResources);
      if (closed.get()) {
        groups.stop();
      }
    }
    return groups;
  }

  /** The consumer groups, if somebody uses them or there is a log of groups. */
  public Optional<GroupCoordinator> groupsInUse() {
    return Optional.ofNullable(groups);
  }

  /** Loads the groups of an earlier start. */
  private void startGroups() {
    if (topics.contains(TopicName.GROUPS)) {
      groups().start();
    }
  }

  /** Makes the topics that groups need. */
  private final class TopicsOfGroups implements GroupCoordinator.NewTopics {

    @Override
    public CompletableFuture<Topic> logOfGroups() {
      return createInternalTopic(
          TopicName.GROUPS,
          GroupCoordinator.PARTITIONS,
          new TopicSettings(Duration.ZERO, 0, topicDefaults.logSettings()));
    }

    @Override
    public CompletableFuture<Topic> forDeadLetters(String name) {
      return createTopic(name, 1, Map.of());
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

  /** Runs a task on a reader thread. Between the two, it is on the JVM's own timer. */
  private void runLater(Duration after, Runnable task) {
    Executor later =
        CompletableFuture.delayedExecutor(after.toNanos(), TimeUnit.NANOSECONDS, readers);
    later.execute(task);
  }

  /**
   * Lists the sources of the durable events of a topic, from a summary that the broker keeps of it.
   * The first call for a topic reads all its events, a later one those that have become durable
   * since. The summary survives a restart. Events that are deleted after they were counted stay
   * counted. It holds a limited number of sources ({@link SourceList#otherEvents}). To cancel the
   * list, complete the future with an exception.
   *
   * @return as that of {@link #listSources}
   * @throws BrokerException {@code UNKNOWN_TOPIC}
   */
  public CompletableFuture<SourceList> summarizeSources(UUID topicId) {
    return sources.ask(topics.byId(topicId).id());
  }

  /**
   * Lists the sources of the visible events of a topic. A reader thread reads all of them. To
   * cancel the list, complete the future with an exception.
   *
   * @return completes with the list, which the caller closes. Fails with {@code
   *     TOO_MANY_IN_FLIGHT}, {@code LIMIT_REACHED} if the list does not fit into the memory for
   *     lists, or the reason why a partition cannot be read. If that is damage, the list is made
   *     without the damaged events ({@link SourceList#skipped})
   * @throws BrokerException {@code UNKNOWN_TOPIC}
   */
  public CompletableFuture<SourceList> listSources(UUID topicId, IsolationLevel isolation) {
    SourceList found = new SourceList(memory.share(Use.SOURCE_LISTS), clock);
    return longScans.run(
        new TopicSourceScan(topics.byId(topicId).partitions(), isolation, found), found::close);
  }

  /**
   * Opens a producer without a name: gives out an id that was never given before.
   *
   * @return completes when the id is reserved on disk, so that the broker does not give it again
   *     after a crash; fails with the refusal of the storage
   */
  public CompletableFuture<IssuedProducer> openProducer() {
    return control
        .idReservations()
        .run(
            () -> {
              try {
                long id = producerIds.next();
                return new IssuedProducer(id, FIRST_EPOCH, producerIds.secretOf(id, FIRST_EPOCH));
              } catch (StorageException e) {
                throw BrokerException.of(e);
              }
            });
  }

  /**
   * Opens a producer that has a name in its topic, for the first time or again. After that, earlier
   * openings of the name cannot append.
   *
   * @param name 1 to 255 bytes of UTF-8
   * @return completes, on an owner's or a control thread, when the last sequences are on disk;
   *     fails with {@code UNKNOWN_TOPIC}, {@code INVALID_TOPIC_NAME} for an internal topic, {@code
   *     INVALID_REQUEST}, {@code LIMIT_REACHED}, the refusal of the storage, or the reason why one
   *     of the topic's partitions takes no appends
   */
  public CompletableFuture<NamedProducer> openProducer(UUID topicId, String name) {
    // On the thread for topic changes: a name must not be recorded while its topic is deleted.
    return control
        .topicChanges()
        .run(() -> openNamedProducer(topicId, name))
        .thenCompose(Function.identity());
  }

  /** Blocks for the disk. */
  private CompletableFuture<NamedProducer> openNamedProducer(UUID topicId, String name) {
    Topic topic = topics.byId(topicId);
    TopicName.requireNotInternal(topic.name());
    requireAppends(topic);
    NamedProducers.Opening opening;
    try {
      opening = namedProducers.open(topicId, name, topic.partitions().size());
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
                    producerIds.secretOf(opening.id(), opening.epoch()),
                    lastSequences.stream().map(CompletableFuture::join).toList()));
  }

  /**
   * Asks the partitions before an opening is saved: each saved opening uses one of the 32,768
   * epochs of the name, and a client repeats an opening that fails.
   */
  private static void requireAppends(Topic topic) {
    for (Partition partition : topic.partitions()) {
      BrokerException failure = partition.failure();
      if (failure != null) {
        throw failure;
      }
    }
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
    stopGroups();
    boolean partitionsClosed = topicChanges.close(BrokerException.shuttingDown());
    control.awaitEnd();
    retention.close();
    flusher.close();
    readers.close();
    sources.close();
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

  private synchronized void stopGroups() {
    if (groups != null) {
      groups.stop();
    }
  }
}
