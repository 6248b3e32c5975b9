package io.millrace.core;

import io.millrace.group.GroupTopic;
import io.millrace.group.KnownTopics;
import io.millrace.group.PartitionEnds;
import io.millrace.group.PartitionId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** The topics of the broker as groups see them, made again when they have changed. Any thread. */
final class GroupTopics implements PartitionEnds {

  private record Snapshot(long version, KnownTopics topics) {}

  private final TopicTable table;
  private final AtomicLong version = new AtomicLong();
  private volatile Snapshot snapshot;

  GroupTopics(TopicTable table) {
    this.table = table;
  }

  /** Topics were created, deleted or changed. */
  void changed() {
    version.incrementAndGet();
  }

  KnownTopics now() {
    long wanted = version.get();
    Snapshot known = snapshot;
    if (known == null || known.version() != wanted) {
      known = new Snapshot(wanted, read());
      snapshot = known;
    }
    return known.topics();
  }

  /** The partition; empty if it is gone, or its topic is refused. */
  Optional<Partition> partition(PartitionId id) {
    return table
        .find(id.topicId())
        .filter(topic -> id.partition() < topic.partitions().size())
        .map(topic -> topic.partitions().get(id.partition()));
  }

  /** The end of the stored events. That of a partition that has failed is not known. */
  @Override
  public long of(PartitionId id) {
    return partition(id)
        .filter(partition -> partition.failure() == null)
        .map(partition -> partition.offsets().stored())
        .orElse(UNKNOWN);
  }

  /** The topic of a name; empty if there is none. */
  Optional<Topic> named(String name) {
    return table.named(name);
  }

  /** The number of partitions of a topic; 0 if it is gone. */
  int partitions(UUID topic) {
    return table.find(topic).map(each -> each.partitions().size()).orElse(0);
  }

  /** The name of a topic; empty if it is gone. */
  Optional<String> nameOf(UUID topic) {
    return table.find(topic).map(Topic::name);
  }

  /** A refused topic exists, and its name is not known: its committed offsets stay. */
  private KnownTopics read() {
    List<GroupTopic> served = new ArrayList<>();
    Set<UUID> unavailable = new HashSet<>();
    for (Topic topic : table.all()) {
      if (topic.refused()) {
        unavailable.add(topic.id());
      } else {
        served.add(new GroupTopic(topic.id(), topic.name(), topic.partitions().size()));
      }
    }
    return new KnownTopics(served, unavailable);
  }
}
