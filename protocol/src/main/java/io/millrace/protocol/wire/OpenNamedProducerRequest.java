package io.millrace.protocol.wire;

import java.util.UUID;

/**
 * Requests the identity of a named producer. A name always has the same producer id. A producer
 * that has opened the name before is fenced: the broker refuses its batches.
 *
 * @param topicId the id of the topic; each topic has its own names
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
