package io.millrace.core;

import io.millrace.core.TopicEntry.Stage;
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The changes of topics. They come one at a time, each to the catalogue first and then to the logs.
 * They block, on the broker's thread for topic changes.
 */
final class TopicChanges {

  private final TopicCatalogue catalogue;
  private final TopicTable table;
  private final TopicLogs logs;
  private final PartitionOpener opener;
  private final TopicLimits limits;
  private final TopicMemory memory;
  private final InstantSource clock;
  private final PartitionClosing closing = new PartitionClosing(); // guarded by this
  private boolean closed; // guarded by this

  TopicChanges(
      TopicTable table,
      TopicLogs logs,
      PartitionOpener opener,
      TopicLimits limits,
      TopicMemory memory,
      InstantSource clock) {
    this.catalogue = logs.catalogue();
    this.table = table;
    this.logs = logs;
    this.opener = opener;
    this.limits = limits;
    this.memory = memory;
    this.clock = clock;
  }

  /** Opens all topics of the catalogue. Call before any change; blocks. */
  synchronized void open(RecoveryProgress progress) {
    new TopicStartup(catalogue, table, logs, opener, memory).run(progress);
  }

  /** Creates a topic for a client. */
  synchronized Topic create(String name, int partitions, Map<String, String> changes) {
    requireOpen();
    TopicName.requireNotInternal(TopicName.require(name));
    TopicSettings topicSettings = logs.changed(limits.settings().topicDefaults(), changes);
    requireNew(name);
    catalogue.requireNamesKnown(name);
    limits.requireRoom(name, partitions);
    memory.reserve(name, partitions);
    return createReserved(name, partitions, topicSettings);
  }

  /**
   * Creates a topic for the broker's own data.
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
    catalogue.requireNamesKnown(name);
    TopicSettings checked = logs.checked(topicSettings);
    memory.reserveServed(partitions);
    return createReserved(name, partitions, checked);
  }

  /**
   * The topic for the broker's own data of this name, with these settings: created, or changed to
   * have them.
   */
  synchronized Topic ensureInternal(String name, int partitions, TopicSettings topicSettings) {
    if (!table.contains(name)) {
      return createInternal(name, partitions, topicSettings);
    }
    requireOpen();
    Topic topic = table.byName(name);
    TopicSettings checked = logs.checked(topicSettings);
    return topic.settings().equals(checked) ? topic : change(topic, checked);
  }

  private Topic createReserved(String name, int partitions, TopicSettings topicSettings) {
    Topic created = null;
    try {
      created = create(name, partitions, topicSettings);
      return created;
    } finally {
      if (created == null) {
        memory.release(partitions);
      }
    }
  }

  private Topic create(String name, int partitions, TopicSettings topicSettings) {
    TopicEntry entry =
        new TopicEntry(
            UUID.randomUUID(),
            name,
            EpochMicros.of(clock.instant()),
            partitions,
            Stage.CREATING,
            topicSettings);
    put(entry);
    List<Partition> opened = open(entry, 0);
    try {
      requireAllOpen(opened);
      put(entry.in(Stage.ACTIVE));
    } catch (BrokerException e) {
      remove(entry, opened, e);
      throw e;
    }
    return table.serve(entry.in(Stage.ACTIVE), opened);
  }

  /** Opens the logs of a topic from a partition on; those that do not exist are created. */
  private List<Partition> open(TopicEntry entry, int from) {
    return opener.openAll(
        TopicLogs.of(entry).stream()
            .skip(from)
            .map(id -> new PartitionOpener.Order(id, entry.name(), entry.settings(), null))
            .toList(),
        () -> {});
  }

  /**
   * Adds partitions to a topic. The catalogue first says that the topic grows, so that the next
   * start deletes the new logs if the growth is not finished. Clients see the new partitions when
   * the catalogue has them. If an earlier growth was not undone, the catalogue still says that the
   * topic grows, because the earlier growth may have added more logs.
   */
  synchronized Topic addPartitions(String name, int partitions) {
    requireOpen();
    TopicName.requireNotInternal(name);
    Topic topic = table.byName(name);
    int present = topic.partitions().size();
    if (partitions == present) {
      return topic;
    }
    limits.requireRoomToGrow(topic, partitions);
    logs.namedProducers().requireRoomToGrow(topic.id(), partitions - present);
    memory.reserveAdded(name, partitions - present);
    Topic grown = null;
    try {
      grown = grow(topic, partitions);
      return grown;
    } finally {
      if (grown == null) {
        memory.releaseAdded(partitions - present);
      }
    }
  }

  private Topic grow(Topic topic, int partitions) {
    int present = topic.partitions().size();
    TopicEntry growing = entry(topic, Stage.GROWING);
    boolean mayLeaveLogs = catalogue.isGrowing(topic.id());
    TopicEntry grown = growing.withPartitions(partitions);
    put(growing);
    List<Partition> added = open(grown, present);
    try {
      requireAllOpen(added);
      put(mayLeaveLogs ? grown : grown.in(Stage.ACTIVE));
    } catch (BrokerException e) {
      if (closing.abandon(added, e)) {
        logs.undoGrowth(growing);
      }
      throw e;
    }
    return table.serve(grown, Stream.concat(topic.partitions().stream(), added.stream()).toList());
  }

  private static void requireAllOpen(List<Partition> partitions) {
    for (Partition partition : partitions) {
      if (partition.failure() != null) {
        throw partition.failure();
      }
    }
  }

  synchronized Topic alter(String name, Map<String, String> changes) {
    requireOpen();
    TopicName.requireNotInternal(name);
    Topic topic = table.byName(name);
    return change(topic, logs.changed(topic.settings(), changes));
  }

  private Topic change(Topic topic, TopicSettings settings) {
    // The stage stays: logs that a growth has left are deleted at the next start.
    Stage stage = catalogue.isGrowing(topic.id()) ? Stage.GROWING : Stage.ACTIVE;
    TopicEntry changed = entry(topic, stage).with(settings);
    put(changed);
    topic.partitions().forEach(partition -> partition.alter(changed.settings()));
    return table.serve(changed, topic.partitions());
  }

  synchronized void delete(String name) {
    requireOpen();
    TopicName.requireNotInternal(name);
    Topic topic = table.byName(name);
    TopicEntry entry = entry(topic, Stage.DELETING);
    put(entry);
    table.remove(topic);
    remove(
        entry,
        topic.partitions(),
        new BrokerException(ErrorCode.UNKNOWN_TOPIC, "topic '" + name + "' has been deleted"));
    memory.release(topic.partitions().size());
  }

  private static TopicEntry entry(Topic topic, Stage stage) {
    return new TopicEntry(
        topic.id(),
        topic.name(),
        EpochMicros.of(topic.createdAt()),
        topic.partitions().size(),
        stage,
        topic.settings());
  }

  /**
   * Closes the partitions, then deletes the logs. If this fails, the next start deletes the logs.
   */
  private void remove(TopicEntry entry, List<Partition> partitions, BrokerException cause) {
    if (closing.abandon(partitions, cause)) {
      logs.delete(entry);
    }
  }

  private void put(TopicEntry entry) {
    try {
      catalogue.put(entry);
    } catch (StorageException e) {
      throw BrokerException.of(e);
    }
  }

  /**
   * Makes every partition drop the events that its topic does not keep. Any thread; does not wait.
   */
  void retain() {
    catalogue.settle();
    table.all().forEach(topic -> topic.partitions().forEach(Partition::retain));
  }

  /**
   * Closes every partition. After that, no topic can be changed.
   *
   * @return whether all were closed in {@link PartitionClosing#LIMIT_SECONDS}
   */
  synchronized boolean close(BrokerException cause) {
    closed = true;
    catalogue.settle();
    List<Partition> partitions =
        table.all().stream().flatMap(topic -> topic.partitions().stream()).toList();
    return closing.close(partitions, cause);
  }

  /** Throws {@link IllegalStateException} on the thread of an owner that {@link #close} needs. */
  void requireNoOwnersThread() {
    for (Topic topic : table.all()) {
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

  private void requireNew(String name) {
    if (table.contains(name)) {
      throw new BrokerException(
          ErrorCode.TOPIC_EXISTS, "topic '" + name + "' exists; use it, or choose another name");
    }
  }

  private void requireOpen() {
    if (closed) {
      throw BrokerException.shuttingDown();
    }
  }
}
