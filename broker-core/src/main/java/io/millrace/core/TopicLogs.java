package io.millrace.core;

import io.millrace.storage.LogId;
import io.millrace.storage.LogStorage;
import io.millrace.storage.StorageException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logs of topics in the storage, open or not. Any thread. */
record TopicLogs(LogStorage storage, TopicCatalogue catalogue, NamedProducers namedProducers) {

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
   * Deletes the closed logs of a topic, its producers' names and its entry in the catalogue. The
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
      of(topic).forEach(storage::delete);
      catalogue.remove(topic.id());
    } catch (RuntimeException e) {
      LOG.warn("event=topic_removal_unfinished topic={} retry=next_start", topic.name(), e);
    }
  }
}
