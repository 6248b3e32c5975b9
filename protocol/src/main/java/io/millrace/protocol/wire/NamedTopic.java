package io.millrace.protocol.wire;

import java.util.UUID;

/**
 * The name of a topic.
 *
 * @param topicId id of the topic
 * @param name name of the topic
 */
public record NamedTopic(UUID topicId, String name) {

  static final int MIN_BYTES = 16 + WireReader.MIN_STRING_BYTES;

  static NamedTopic decode(WireReader in) {
    return new NamedTopic(in.uuid("topicId"), in.string("name"));
  }

  void encode(WireWriter out) {
    out.uuid(topicId);
    out.string(name);
  }
}
