package io.millrace.protocol.wire;

import java.util.UUID;

/**
 * Asks for the identity of a producer that has a name, which is the same each time, and shuts out
 * whoever has opened it before.
 *
 * @param topicId names belong to one topic
 * @param name 1 to 255 bytes of UTF-8
 */
public record OpenNamedProducerRequest(UUID topicId, String name) implements Request {

  static OpenNamedProducerRequest decode(WireReader in) {
    return new OpenNamedProducerRequest(in.uuid("topicId"), in.string("name"));
  }

  @Override
  public Api api() {
    return Api.OPEN_NAMED_PRODUCER;
  }

  @Override
  public void encode(WireWriter out) {
    out.uuid(topicId);
    out.string(name);
  }
}
