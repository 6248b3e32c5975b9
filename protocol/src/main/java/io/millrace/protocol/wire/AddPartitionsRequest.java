package io.millrace.protocol.wire;

import java.util.Objects;

/**
 * Adds partitions to a topic.
 *
 * @param name the name of the topic
 * @param partitions number of partitions that the topic is to have in all; at least as many as it
 *     has
 */
public record AddPartitionsRequest(String name, int partitions) implements Request {

  public AddPartitionsRequest {
    Objects.requireNonNull(name, "name");
  }

  static AddPartitionsRequest decode(WireReader in) {
    return new AddPartitionsRequest(in.string("name"), in.i32("partitions"));
  }

  @Override
  public Api api() {
    return Api.ADD_PARTITIONS;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(name);
    out.i32(partitions);
  }
}
