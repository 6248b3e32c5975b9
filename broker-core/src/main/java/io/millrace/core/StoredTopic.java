package io.millrace.core;

import io.millrace.storage.StorageException;
import java.util.Optional;
import java.util.UUID;

/**
 * A topic in its stored state, for tools that read the files of a broker without starting one.
 * Immutable.
 *
 * @param partitions the partitions that must have a log; 0 while the topic is created or deleted
 */
public record StoredTopic(UUID id, String name, int partitions) {

  /** The name of the state of a topic in the storage. */
  public static String stateOf(UUID topicId) {
    return TopicRecord.STATE.of(topicId);
  }

  /** The topic whose state has this name; empty if the name is not that of a topic's state. */
  public static Optional<UUID> idOf(String stateName) {
    return TopicRecord.STATE.topicOf(stateName);
  }

  /**
   * Reads a topic.
   *
   * @param state the bytes of its state
   * @return empty if the state is damaged, or was written by another version
   */
  public static Optional<StoredTopic> in(UUID topicId, byte[] state) {
    try {
      TopicEntry entry = TopicStateCodec.decode(topicId, state);
      int partitions = entry.stage().isServed() ? entry.partitions() : 0;
      return Optional.of(new StoredTopic(topicId, entry.name(), partitions));
    } catch (StorageException e) {
      return Optional.empty();
    }
  }
}
