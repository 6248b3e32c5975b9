package io.millrace.protocol.wire;

import io.millrace.protocol.IsolationLevel;
import java.util.UUID;

/**
 * Requests the sources of the events of a topic.
 *
 * @param topicId the id of the topic
 * @param isolation the limit up to which events are visible
 * @param exact whether the broker reads the whole topic, instead of its summary; since version
 *     {@link ListSourcesResponse#SUMMARY_SINCE}. In an earlier version always true
 */
public record ListSourcesRequest(UUID topicId, IsolationLevel isolation, boolean exact)
    implements Request {

  static ListSourcesRequest decode(WireReader in) {
    return new ListSourcesRequest(
        in.uuid("topicId"),
        in.isolation("isolation"),
        in.version() < ListSourcesResponse.SUMMARY_SINCE || in.bool("exact"));
  }

  @Override
  public Api api() {
    return Api.LIST_SOURCES;
  }

  @Override
  public void encode(WireWriter out) {
    out.uuid(topicId);
    out.u8(isolation.code());
    if (out.version() >= ListSourcesResponse.SUMMARY_SINCE) {
      out.bool(exact);
    }
  }
}
