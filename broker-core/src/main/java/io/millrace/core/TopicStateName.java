package io.millrace.core;

import java.util.Optional;
import java.util.UUID;

/**
 * The names of the states of which there is one per topic: a prefix, then the id of the topic. Any
 * thread.
 *
 * @param prefix ends with {@code -}
 */
record TopicStateName(String prefix) {

  /** The name of a topic's state. */
  String of(UUID topicId) {
    return prefix + topicId;
  }

  /** The topic whose state has this name; empty if the name is not that of a topic's state. */
  Optional<UUID> topicOf(String name) {
    try {
      UUID topicId = UUID.fromString(name.substring(prefix.length()));
      return of(topicId).equals(name) ? Optional.of(topicId) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
