package io.millrace.protocol.wire;

import java.util.List;

/**
 * All topics.
 *
 * @param topics sorted by name
 */
public record ListTopicsResponse(List<TopicInfo> topics) implements Response {

  public ListTopicsResponse {
    topics = List.copyOf(topics);
  }

  static ListTopicsResponse decode(WireReader in) {
    return new ListTopicsResponse(in.longList("topics", TopicInfo.MIN_BYTES, TopicInfo::decode));
  }

  @Override
  public void encode(WireWriter out) {
    out.longList(topics, TopicInfo::encode);
  }
}
