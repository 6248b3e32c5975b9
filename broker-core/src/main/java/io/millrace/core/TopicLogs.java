package io.millrace.core;

import io.millrace.core.TopicEntry.Stage;
import io.millrace.storage.LogId;
import io.millrace.storage.LogStorage;
import io.millrace.storage.StorageException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logs of topics in the storage, open or not. Any thread. */
record TopicLogs(
    LogStorage storage,
    TopicCatalogue catalogue,
    NamedProducers namedProducers,
    SourceSummaries sources) {

  private static final Logger LOG = LoggerFactory.getLogger(TopicLogs.class);

  /** The logs of a topic, by partition. */
  static List<LogId> of(TopicEntry topic) {
    return IntStream.range(0, topic.partitions())
        .mapToObj(partition -> new LogId(topic.id(), partition))
        .toList();
  }

  /** All logs in the storage. */
  Set<LogId> list() {
    return storage.list();
  }

  /** As {@link LogStorage#namedOnly}. */
  Set<LogId> namedOnly() {
    return storage.namedOnly();
  }

  /**
   * Changes settings and checks the result.
   *
   * @param changes the changed settings by name, in the form that {@link TopicSettings#with} reads
   * @throws BrokerException {@code INVALID_TOPIC_SETTING} if a name or a value is not allowed
   */
  TopicSettings changed(TopicSettings settings, Map<String, String> changes) {
    return checked(settings.with(changes, storage.settingNames()));
  }

  /**
   * Checks the settings of a topic.
   *
   * @return the settings to store, with those of the engine as it writes them
   * @throws BrokerException {@code INVALID_TOPIC_SETTING} if the storage engine refuses them
   */
  TopicSettings checked(TopicSettings settings) {
    try {
      return settings.with(storage.check(settings.logSettings()));
    } catch (StorageException e) {
      throw BrokerException.of(e);
    }
  }

  /**
   * All logs of a topic: those that its entry has, and those that a growth has left after them
   * because it could neither be finished nor undone.
   */
  private List<LogId> all(TopicEntry topic) {
    return Stream.concat(of(topic).stream(), leftBehind(topic).stream()).toList();
  }

  private List<LogId> leftBehind(TopicEntry topic) {
    return storage.list().stream()
        .filter(log -> log.topicId().equals(topic.id()) && log.partition() >= topic.partitions())
        .toList();
  }

  /**
   * Deletes the closed logs that the unfinished growth of a topic has left, and saves the topic as
   * it was before. Nothing is deleted while its entry is in doubt, because the next start may find
   * the grown topic. After a failure the entry tells the next start to try again; until then the
   * logs hold no events and do no harm.
   *
   * @param topic in the stage {@link Stage#GROWING}, with the partitions that it had before
   */
  void undoGrowth(TopicEntry topic) {
    if (catalogue.isInDoubt(topic.id())) {
      LOG.warn(
          "event=topic_growth_not_undone topic={} retry=next_start reason=\"its state is in doubt\"",
          topic.name());
      return;
    }
    try {
      leftBehind(topic).forEach(storage::delete);
      catalogue.put(topic.in(Stage.ACTIVE));
    } catch (RuntimeException e) {
      LOG.warn("event=topic_growth_not_undone topic={} retry=next_start", topic.name(), e);
    }
  }

  /**
   * Deletes the closed logs of a topic, its states, and at last its entry in the catalogue. The
   * entry is deleted last: after a failure, it tells the next start what is left to delete. Nothing
   * is deleted while the entry is in doubt, because the next start may find an active topic.
   */
  void delete(TopicEntry topic) {
    if (catalogue.isInDoubt(topic.id())) {
      LOG.warn(
          "event=topic_removal_unfinished topic={} retry=next_start reason=\"its state is in"
              + " doubt\"",
          topic.name());
      return;
    }
    try {
      namedProducers.forget(topic.id());
      sources.forget(topic.id());
      all(topic).forEach(storage::delete);
      catalogue.remove(topic.id());
    } catch (RuntimeException e) {
      LOG.warn("event=topic_removal_unfinished topic={} retry=next_start", topic.name(), e);
    }
  }
}
