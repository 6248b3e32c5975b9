package io.millrace.protocol.wire;

import java.util.Objects;

/**
 * Requests the description of one topic.
 *
 * @param name the name of the topic
 */
public record DescribeTopicRequest(String name) implements Request {

  public DescribeTopicRequest {
    Objects.requireNonNull(name, "name");
  }

  static DescribeTopicRequest decode(WireReader in) {
    return new DescribeTopicRequest(in.string("name"));
  }

  @Override
  public Api api() {
    return Api.DESCRIBE_TOPIC;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(name);
  }
}
