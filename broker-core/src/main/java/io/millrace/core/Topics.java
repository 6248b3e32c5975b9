package io.millrace.core;

import io.millrace.core.TopicCatalogue.Entry;
import io.millrace.core.TopicCatalogue.Stage;
import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.LogStorage;
import io.millrace.storage.StorageException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics that are served. Reads are lock-free, on any thread. Changes come one at a time, each
 * to the catalogue first and then to the logs. They block, on the broker's thread for topic
 * changes.
 */
final class Topics {

  /** Longest wait for owners and forces when partitions are closed. */
  static final int CLOSE_SECONDS = 30;

  private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

  private final TopicCatalogue catalogue;
  private final LogStorage storage;
  private final PartitionOpener opener;
  private final NamedProducers namedProducers;
  private final BrokerSettings settings;
  private final InstantSource clock;
  private final Map<String, Topic> byName = new ConcurrentSkipListMap<>();
  private final Map<UUID, Topic> byId = new ConcurrentHashMap<>();

  /** The closing of logs that a deletion has not waited for any longer; guarded by this. */
  private final List<CompletableFuture<Void>> abandoned = new ArrayList<>();

  private boolean closed; // guarded by this

  Topics(
      TopicCatalogue catalogue,
      LogStorage storage,
      PartitionOpener opener,
      NamedProducers namedProducers,
      BrokerSettings settings,
      InstantSource clock) {
    this.catalogue = catalogue;
    this.storage = storage;
    this.opener = opener;
    this.namedProducers = namedProducers;
    this.settings = settings;
    this.clock = clock;
  }

  /** Finishes what a crash interrupted, then opens every partition. */
  synchronized void open(Broker.RecoveryProgress progress) {
    Set<LogId> logs = storage.list();
    List<Entry> entries = catalogue.entries();
    requireCatalogue(entries, logs);
    entries.stream().filter(entry -> entry.stage() != Stage.ACTIVE).forEach(this::removeLogs);
    List<Entry> active = entries.stream().filter(entry -> entry.stage() == Stage.ACTIVE).toList();
    namedProducers.keepOnly(withNames(active, logs));
    List<PartitionOpener.Order> orders = new ArrayList<>();
    for (Entry entry : active) {
      logIds(entry).forEach(id -> orders.add(order(entry, id, !logs.contains(id))));
    }
    AtomicInteger opened = new AtomicInteger();
    List<Partition> partitions =
        opener.openAll(
            orders,
            () -> {
              // One at a time: else a smaller count could be told after a larger one.
              synchronized (opened) {
                progress.opened(opened.incrementAndGet(), orders.size());
              }
            });
    int from = 0;
    for (Entry entry : active) {
      serve(entry, partitions.subList(from, from + entry.partitions()));
      from += entry.partitions();
    }
  }

  /** Without the catalogue every log would look like a deleted topic's. */
  private static void requireCatalogue(List<Entry> entries, Set<LogId> logs) {
    Set<UUID> known = entries.stream().map(Entry::id).collect(Collectors.toSet());
    List<LogId> unknown = logs.stream().filter(id -> !known.contains(id.topicId())).toList();
    if (!unknown.isEmpty() && entries.isEmpty()) {
      throw new BrokerException(
          ErrorCode.CORRUPT_LOG,
          "the topic catalogue is missing, but there are "
              + logs.size()
              + " logs, among them "
              + unknown.get(0)
              + "; restore the catalogue from a copy of the data directory");
    }
    unknown.forEach(id -> LOG.warn("event=log_of_unknown_topic log={} action=left_alone", id));
  }

  /** Whose names count: also the topics that only have logs, for they may come back with a copy. */
  private static Set<UUID> withNames(List<Entry> active, Set<LogId> logs) {
    return Stream.concat(active.stream().map(Entry::id), logs.stream().map(LogId::topicId))
        .collect(Collectors.toSet());
  }

  private static List<LogId> logIds(Entry entry) {
    return IntStream.range(0, entry.partitions())
        .mapToObj(partition -> new LogId(entry.id(), partition))
        .toList();
  }

  private static PartitionOpener.Order order(Entry entry, LogId id, boolean missing) {
    return new PartitionOpener.Order(id, entry.name(), entry.settings(), missing);
  }

  private Topic serve(Entry entry, List<Partition> partitions) {
    Topic topic =
        new Topic(
            entry.id(),
            entry.name(),
            Micros.toInstant(entry.createdAtMicros()),
            entry.settings(),
            partitions);
    byId.put(topic.id(), topic);
    byName.put(topic.name(), topic);
    return topic;
  }

  /** Has every partition drop what is too old. Any thread; waits for no owner. */
  void lookAfter() {
    catalogue.settle();
    byName.values().forEach(topic -> topic.partitions().forEach(Partition::retain));
  }

  List<Topic> all() {
    return List.copyOf(byName.values());
  }

  Topic byName(String name) {
    Topic topic = byName.get(name);
    if (topic == null) {
      throw new BrokerException(
          ErrorCode.UNKNOWN_TOPIC,
          "there is no topic " + Quoted.text(name) + NearestName.suggestion(name, clientNames()));
    }
    return topic;
  }

  private List<String> clientNames() {
    return byName.keySet().stream().filter(name -> !TopicName.isInternal(name)).toList();
  }

  Topic byId(UUID topicId) {
    Topic topic = byId.get(topicId);
    if (topic == null) {
      throw new BrokerException(
          ErrorCode.UNKNOWN_TOPIC,
          "there is no topic with the id " + topicId + "; ask for the topic by its name again");
    }
    return topic;
  }

  Partition partition(UUID topicId, int partition) {
    Topic topic = byId(topicId);
    if (partition < 0 || partition >= topic.partitions().size()) {
      throw new BrokerException(
          ErrorCode.UNKNOWN_PARTITION,
          "topic "
              + topic.name()
              + " has no partition "
              + partition
              + "; it has partitions 0 to "
              + (topic.partitions().size() - 1));
    }
    return topic.partitions().get(partition);
  }

  /** Creates a topic for a client. */
  synchronized Topic create(String name, int partitions, Map<String, String> changes) {
    requireOpen();
    TopicName.requireNotInternal(TopicName.require(name));
    TopicSettings topicSettings = settings.topicDefaults().with(changes);
    requireNew(name);
    requireRoom(name, partitions);
    return create(name, partitions, topicSettings);
  }

  /**
   * Creates a topic for the broker's own data. It does not count towards the limits of topics and
   * partitions, so that a broker which is full of clients' topics still has its own.
   *
   * @param name begins with {@value TopicName#INTERNAL_PREFIX}
   */
  synchronized Topic createInternal(String name, int partitions, TopicSettings topicSettings) {
    requireOpen();
    if (!TopicName.isInternal(TopicName.require(name))) {
      throw new IllegalArgumentException(
          "internal topic '"
              + name
              + "'; expected a name that begins with '"
              + TopicName.INTERNAL_PREFIX
              + "'");
    }
    requireNew(name);
    return create(name, partitions, topicSettings);
  }

  private Topic create(String name, int partitions, TopicSettings topicSettings) {
    Entry entry =
        new Entry(
            UUID.randomUUID(),
            name,
            Micros.of(clock.instant()),
            partitions,
            Stage.CREATING,
            topicSettings);
    put(entry);
    List<PartitionOpener.Order> orders =
        logIds(entry).stream().map(id -> order(entry, id, false)).toList();
    List<Partition> opened = opener.openAll(orders, () -> {});
    try {
      opened.stream()
          .filter(partition -> partition.failure() != null)
          .findFirst()
          .ifPresent(
              partition -> {
                throw partition.failure();
              });
      put(entry.in(Stage.ACTIVE));
    } catch (BrokerException e) {
      remove(entry, opened, e);
      throw e;
    }
    return serve(entry.in(Stage.ACTIVE), opened);
  }

  private void requireNew(String name) {
    if (byName.containsKey(name)) {
      throw new BrokerException(
          ErrorCode.TOPIC_EXISTS, "topic '" + name + "' exists; use it, or choose another name");
    }
  }

  private void requireRoom(String name, int partitions) {
    if (partitions < 1 || partitions > settings.maxPartitionsPerTopic()) {
      throw new BrokerException(
          ErrorCode.INVALID_PARTITION_COUNT,
          "topic '"
              + name
              + "' was to have "
              + partitions
              + " partitions; expected 1 to "
              + settings.maxPartitionsPerTopic());
    }
    List<Topic> existing = byName.values().stream().filter(topic -> !topic.internal()).toList();
    requireBelow("topics", existing.size() + 1L, settings.maxTopics());
    long existingPartitions = existing.stream().mapToLong(topic -> topic.partitions().size()).sum();
    requireBelow("partitions", existingPartitions + partitions, settings.maxPartitions());
  }

  private static void requireBelow(String what, long wanted, int most) {
    if (wanted > most) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          "the broker would hold "
              + wanted
              + " "
              + what
              + ", the most allowed are "
              + most
              + "; delete a topic, or raise the broker's limit");
    }
  }

  synchronized Topic alter(String name, Map<String, String> changes) {
    requireOpen();
    TopicName.requireNotInternal(name);
    Topic topic = byName(name);
    Entry changed = entry(topic, Stage.ACTIVE).with(topic.settings().with(changes));
    put(changed);
    topic.partitions().forEach(partition -> partition.alter(changed.settings()));
    return serve(changed, topic.partitions());
  }

  synchronized void delete(String name) {
    requireOpen();
    TopicName.requireNotInternal(name);
    Topic topic = byName(name);
    Entry entry = entry(topic, Stage.ACTIVE);
    put(entry.in(Stage.DELETING));
    byName.remove(name);
    byId.remove(topic.id());
    remove(
        entry.in(Stage.DELETING),
        topic.partitions(),
        new BrokerException(ErrorCode.UNKNOWN_TOPIC, "topic '" + name + "' has been deleted"));
  }

  private static Entry entry(Topic topic, Stage stage) {
    return new Entry(
        topic.id(),
        topic.name(),
        Micros.of(topic.createdAt()),
        topic.partitions().size(),
        stage,
        topic.settings());
  }

  /** Closes the partitions, then removes the logs; what does not succeed is left to next start. */
  private void remove(Entry entry, List<Partition> partitions, BrokerException cause) {
    List<CompletableFuture<Void>> closing =
        partitions.stream().map(partition -> partition.abandon(cause)).toList();
    if (await(closing)) {
      removeLogs(entry);
    } else {
      abandoned.addAll(closing);
    }
  }

  private void removeLogs(Entry entry) {
    try {
      namedProducers.forget(entry.id());
      logIds(entry).forEach(storage::delete);
      catalogue.remove(entry.id());
    } catch (RuntimeException e) {
      LOG.warn("event=topic_removal_unfinished topic={} retry=next_start", entry.name(), e);
    }
  }

  private void put(Entry entry) {
    try {
      catalogue.put(entry);
    } catch (StorageException e) {
      throw BrokerException.of(e);
    }
  }

  /**
   * Closes every partition; nothing can be changed any more.
   *
   * @return whether all were closed in the time allowed
   */
  synchronized boolean close(BrokerException cause) {
    closed = true;
    catalogue.settle();
    List<Partition> partitions =
        byName.values().stream().flatMap(topic -> topic.partitions().stream()).toList();
    List<CompletableFuture<Void>> closing = new ArrayList<>(abandoned);
    partitions.forEach(partition -> closing.add(partition.close(cause)));
    return await(closing);
  }

  private void requireOpen() {
    if (closed) {
      throw BrokerException.shuttingDown();
    }
  }

  /** Throws {@link IllegalStateException} on the thread of an owner that {@link #close} needs. */
  void requireNoOwnersThread() {
    for (Topic topic : byName.values()) {
      for (Partition partition : topic.partitions()) {
        if (partition.owner().isOwnerThread()) {
          throw new IllegalStateException(
              "called on the owner's thread of partition "
                  + partition.id()
                  + ", which closing the broker waits for");
        }
      }
    }
  }

  private static boolean await(List<CompletableFuture<Void>> closing) {
    try {
      CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new))
          .get(CLOSE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      LOG.error("event=partition_close_failed", e.getCause());
      return true;
    } catch (TimeoutException e) {
      LOG.error("event=partition_close_timed_out seconds={}", CLOSE_SECONDS, e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
