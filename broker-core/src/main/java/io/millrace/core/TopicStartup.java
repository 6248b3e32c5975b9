package io.millrace.core;

import io.millrace.core.TopicCatalogue.Entry;
import io.millrace.core.TopicCatalogue.Stage;
import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start of the topics on record: it deletes the topics whose creation or deletion a crash
 * interrupted, and opens all others. One thread; blocks.
 */
record TopicStartup(
    TopicCatalogue catalogue, TopicTable topics, TopicLogs logs, PartitionOpener opener) {

  private static final Logger LOG = LoggerFactory.getLogger(TopicStartup.class);

  /** Serves every topic on record. */
  void run(RecoveryProgress progress) {
    Set<LogId> found = logs.list();
    List<Entry> entries = catalogue.entries();
    requireCatalogue(entries, found);
    entries.stream().filter(entry -> entry.stage() != Stage.ACTIVE).forEach(logs::delete);
    List<Entry> active = entries.stream().filter(entry -> entry.stage() == Stage.ACTIVE).toList();
    logs.namedProducers().keepOnly(topicsWithNames(active, found));
    serve(active, open(orders(active, found), progress));
  }

  /** Without the catalogue every log would look like a deleted topic's. */
  private static void requireCatalogue(List<Entry> entries, Set<LogId> found) {
    Set<UUID> known = entries.stream().map(Entry::id).collect(Collectors.toSet());
    List<LogId> unknown = found.stream().filter(id -> !known.contains(id.topicId())).toList();
    if (!unknown.isEmpty() && entries.isEmpty()) {
      throw new BrokerException(
          ErrorCode.CORRUPT_LOG,
          "the topic catalogue is missing, but there are "
              + found.size()
              + " logs, among them "
              + unknown.get(0)
              + "; restore the catalogue from a copy of the data directory");
    }
    unknown.forEach(id -> LOG.warn("event=log_of_unknown_topic log={} action=left_alone", id));
  }

  /**
   * The topics whose producers' names are kept. A topic that is not on record but has logs is one
   * of them, because it may come back with a copy of the catalogue.
   */
  private static Set<UUID> topicsWithNames(List<Entry> active, Set<LogId> found) {
    return Stream.concat(active.stream().map(Entry::id), found.stream().map(LogId::topicId))
        .collect(Collectors.toSet());
  }

  private static List<PartitionOpener.Order> orders(List<Entry> active, Set<LogId> found) {
    List<PartitionOpener.Order> orders = new ArrayList<>();
    for (Entry entry : active) {
      for (LogId id : TopicLogs.of(entry)) {
        orders.add(
            new PartitionOpener.Order(id, entry.name(), entry.settings(), !found.contains(id)));
      }
    }
    return orders;
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

  private void serve(List<Entry> active, List<Partition> partitions) {
    int from = 0;
    for (Entry entry : active) {
      topics.serve(entry, partitions.subList(from, from + entry.partitions()));
      from += entry.partitions();
    }
  }
}
