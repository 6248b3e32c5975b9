package io.millrace.core;

import io.millrace.core.TopicEntry.Stage;
import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The start of the topics of the catalogue: it deletes the topics whose creation or deletion a
 * crash interrupted, undoes the growth of a topic that a crash interrupted, and opens all others.
 * The logs of a refused topic are left alone. One thread; blocks.
 */
record TopicStartup(
    TopicCatalogue catalogue,
    TopicTable topics,
    TopicLogs logs,
    PartitionOpener opener,
    TopicMemory memory) {

  /** Opens every topic of the catalogue. */
  void run(RecoveryProgress progress) {
    Set<LogId> found = logs.list();
    List<TopicEntry> entries = catalogue.entries();
    entries.stream().filter(entry -> !entry.stage().isServed()).forEach(logs::delete);
    entries.stream().filter(entry -> entry.stage() == Stage.GROWING).forEach(logs::undoGrowth);
    List<RefusedTopic> refused = refused(found);
    List<TopicEntry> active = entries.stream().filter(entry -> entry.stage().isServed()).toList();
    List<TopicEntry> served =
        Stream.concat(active.stream(), refused.stream().map(RefusedTopic::entry)).toList();
    logs.namedProducers().keepOnly(topicsWithStates(served, found));
    logs.sources().keepOnly(topicsWithStates(served, found));
    List<PartitionOpener.Order> orders = new ArrayList<>(orders(active, found));
    refused.forEach(topic -> orders.addAll(topic.orders()));
    serve(served, open(orders, progress));
  }

  private List<RefusedTopic> refused(Set<LogId> found) {
    List<RefusedTopic> refused = new ArrayList<>();
    catalogue
        .refused()
        .forEach(
            (id, reason) -> {
              long partitions = found.stream().filter(log -> log.topicId().equals(id)).count();
              refused.add(new RefusedTopic(id, (int) Math.max(1, partitions), reason));
            });
    return refused;
  }

  /**
   * The topics whose other states are kept: the served topics, and the topics in any stage that
   * have logs.
   */
  private static Set<UUID> topicsWithStates(List<TopicEntry> served, Set<LogId> found) {
    return Stream.concat(served.stream().map(TopicEntry::id), found.stream().map(LogId::topicId))
        .collect(Collectors.toSet());
  }

  private static List<PartitionOpener.Order> orders(List<TopicEntry> active, Set<LogId> found) {
    List<PartitionOpener.Order> orders = new ArrayList<>();
    for (TopicEntry entry : active) {
      for (LogId id : TopicLogs.of(entry)) {
        StorageException refusal = found.contains(id) ? null : logMissing(id);
        orders.add(new PartitionOpener.Order(id, entry.name(), entry.settings(), refusal));
      }
    }
    return orders;
  }

  /** The topic was served before: a new log in the place of this one would hide the loss. */
  private static StorageException logMissing(LogId id) {
    return new StorageException(
            ErrorCode.CORRUPT_LOG,
            "log "
                + id
                + " is missing from the storage; restore it from a copy and restart the broker"
                + StorageException.OR_DELETE_TOPIC)
        .named(RecoveryFinding.NOTHING_LEFT);
  }

  private List<Partition> open(List<PartitionOpener.Order> orders, RecoveryProgress progress) {
    AtomicInteger opened = new AtomicInteger();
    return opener.openAll(
        orders,
        () -> {
          // One report at a time: a smaller count must not follow a larger one.
          synchronized (opened) {
            progress.opened(opened.incrementAndGet(), orders.size());
          }
        });
  }

  private void serve(List<TopicEntry> active, List<Partition> partitions) {
    int from = 0;
    for (TopicEntry entry : active) {
      topics.serve(entry, partitions.subList(from, from + entry.partitions()));
      memory.reserveServed(entry.partitions());
      from += entry.partitions();
    }
    memory.warnIfFull();
  }
}
