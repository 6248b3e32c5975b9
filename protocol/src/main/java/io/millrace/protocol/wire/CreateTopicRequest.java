package io.millrace.protocol.wire;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Creates a topic.
 *
 * @param name the name of the topic
 * @param partitions number of partitions; 0: the default of the broker
 * @param settings by name, as text; an absent setting has the default of the broker
 */
public record CreateTopicRequest(String name, int partitions, Map<String, String> settings)
    implements Request {

  public CreateTopicRequest {
    Objects.requireNonNull(name, "name");
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  static CreateTopicRequest decode(WireReader in) {
    return new CreateTopicRequest(in.string("name"), in.i32("partitions"), in.map("settings"));
  }

  @Override
  public Api api() {
    return Api.CREATE_TOPIC;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(name);
    out.i32(partitions);
    out.map(settings);
  }
}
