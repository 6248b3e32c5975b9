package io.millrace.client.internal.connection;

import io.millrace.protocol.wire.TopicInfo;
import java.util.UUID;

/**
 * The topic of a producer or a consumer.
 *
 * @param name the name of the topic
 * @param id the id of the topic; a topic that is deleted and created again has another id
 * @param partitions the number of its partitions
 */
public record TopicRef(String name, UUID id, int partitions) {

  /** The topic of a description. */
  public static TopicRef of(TopicInfo topic) {
    return new TopicRef(topic.name(), topic.id(), topic.partitions().size());
  }
}
