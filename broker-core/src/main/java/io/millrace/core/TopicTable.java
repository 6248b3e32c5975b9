package io.millrace.core;

import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.NearestName;
import io.millrace.protocol.Quoted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/**
 * The topics that are served, by name and by id. Any thread reads, without a lock. One thread at a
 * time writes.
 */
final class TopicTable {

  private final Map<String, Topic> byName = new ConcurrentSkipListMap<>();
  private final Map<UUID, Topic> byId = new ConcurrentHashMap<>();

  /** Adds a topic, or replaces it. */
  Topic serve(TopicEntry entry, List<Partition> partitions) {
    Topic topic =
        new Topic(
            entry.id(),
            entry.name(),
            EpochMicros.toInstant(entry.createdAtMicros()),
            entry.settings(),
            partitions);
    byId.put(topic.id(), topic);
    byName.put(topic.name(), topic);
    return topic;
  }

  void remove(Topic topic) {
    byName.remove(topic.name());
    byId.remove(topic.id());
  }

  /** All topics, by name. */
  List<Topic> all() {
    return List.copyOf(byName.values());
  }

  /** The topics that clients created, by name. */
  List<Topic> ofClients() {
    return byName.values().stream().filter(topic -> !topic.internal()).toList();
  }

  boolean contains(String name) {
    return byName.containsKey(name);
  }

  Topic byName(String name) {
    return byName(name, each -> true);
  }

  /** The topic of a name, as if only the visible topics existed. */
  Topic byName(String name, Predicate<Topic> visible) {
    Topic topic = byName.get(name);
    if (topic == null || !visible.test(topic)) {
      throw new BrokerException(
          ErrorCode.UNKNOWN_TOPIC,
          "there is no topic " + Quoted.text(name) + nextStep(name, visible));
    }
    return topic;
  }

  /** The topic may be one whose name is not known, because the broker refuses its state. */
  private String nextStep(String name, Predicate<Topic> visible) {
    Optional<String> refused =
        byName.values().stream()
            .filter(topic -> TopicName.isRefused(topic.name()))
            .filter(visible)
            .map(Topic::name)
            .findFirst();
    if (refused.isPresent()) {
      return ", unless it is the one that is listed as '"
          + refused.get()
          + "', because its state is damaged or lost; "
          + TopicName.REPAIR_REFUSED;
    }
    return NearestName.of(name, ofClients().stream().filter(visible).map(Topic::name).toList())
        .map(NearestName::question)
        .orElse("; create it first");
  }

  Optional<Topic> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  Optional<Topic> find(UUID topicId) {
    return Optional.ofNullable(byId.get(topicId));
  }

  Topic byId(UUID topicId) {
    Topic topic = byId.get(topicId);
    if (topic == null) {
      throw BrokerException.unknownTopic(topicId);
    }
    return topic;
  }

  Partition partition(UUID topicId, int partition) {
    Topic topic = byId(topicId);
    if (partition < 0 || partition >= topic.partitions().size()) {
      throw new BrokerException(
          ErrorCode.UNKNOWN_PARTITION,
          "topic '"
              + topic.name()
              + "' has no partition "
              + partition
              + "; it has partitions 0 to "
              + (topic.partitions().size() - 1));
    }
    return topic.partitions().get(partition);
  }
}
