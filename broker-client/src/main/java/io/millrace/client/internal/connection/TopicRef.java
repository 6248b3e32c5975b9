package io.millrace.client.internal.connection;

import io.millrace.protocol.wire.TopicInfo;
import java.util.UUID;

/**
 * A topic that a producer or a consumer was opened for.
 *
 * @param name the name of the topic
 * @param id the identity of the topic; a topic that is created again under the same name has
 *     another one
 * @param partitions the number of its partitions
 */
public record TopicRef(String name, UUID id, int partitions) {

  /** The topic that the broker described. */
  public static TopicRef of(TopicInfo topic) {
    return new TopicRef(topic.name(), topic.id(), topic.partitions().size());
  }
}
