package io.millrace.protocol.wire;

import io.millrace.protocol.Isolation;
import java.util.UUID;

/**
 * Asks for the sources of a topic's events.
 *
 * @param topicId of the topic
 * @param isolation how far to see
 */
public record ListSourcesRequest(UUID topicId, Isolation isolation) implements Request {

  static ListSourcesRequest decode(WireReader in) {
    return new ListSourcesRequest(in.uuid("topicId"), in.isolation("isolation"));
  }

  @Override
  public Api api() {
    return Api.LIST_SOURCES;
  }

  @Override
  public void encode(WireWriter out) {
    out.uuid(topicId);
    out.u8(isolation.code());
  }
}
