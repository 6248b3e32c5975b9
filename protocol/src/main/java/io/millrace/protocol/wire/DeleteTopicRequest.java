package io.millrace.protocol.wire;

import java.util.Objects;

/**
 * Deletes a topic and its events.
 *
 * @param name the name of the topic
 */
public record DeleteTopicRequest(String name) implements Request {

  public DeleteTopicRequest {
    Objects.requireNonNull(name, "name");
  }

  static DeleteTopicRequest decode(WireReader in) {
    return new DeleteTopicRequest(in.string("name"));
  }

  @Override
  public Api api() {
    return Api.DELETE_TOPIC;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(name);
  }
}
