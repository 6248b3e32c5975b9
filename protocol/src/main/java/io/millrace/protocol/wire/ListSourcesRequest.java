package io.millrace.protocol.wire;

import io.millrace.protocol.IsolationLevel;
import java.util.UUID;

/**
 * Requests the sources of the events of a topic.
 *
 * @param topicId the id of the topic
 * @param isolation the limit up to which events are visible
 */
public record ListSourcesRequest(UUID topicId, IsolationLevel isolation) implements Request {

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
