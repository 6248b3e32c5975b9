package io.millrace.core;

import io.millrace.storage.StorageException;
import java.util.Optional;
import java.util.UUID;

/**
 * The name of a topic in its stored state, for tools that read the files of a broker without
 * starting one. Any thread.
 */
public final class StoredTopicName {

  private StoredTopicName() {}

  /** The name of the state of a topic in the storage. */
  public static String stateOf(UUID topicId) {
    return TopicRecord.STATE.of(topicId);
  }

  /**
   * The name of a topic.
   *
   * @param state the bytes of its state
   * @return empty if the state is damaged, or was written by another version
   */
  public static Optional<String> in(UUID topicId, byte[] state) {
    try {
      return Optional.of(TopicStateCodec.decode(topicId, state).name());
    } catch (StorageException e) {
      return Optional.empty();
    }
  }
}
