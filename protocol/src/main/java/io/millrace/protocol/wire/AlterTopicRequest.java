package io.millrace.protocol.wire;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Changes settings of a topic.
 *
 * @param name the name of the topic
 * @param changes settings by name, as text; an absent setting does not change
 */
public record AlterTopicRequest(String name, Map<String, String> changes) implements Request {

  public AlterTopicRequest {
    Objects.requireNonNull(name, "name");
    changes = Collections.unmodifiableMap(new TreeMap<>(changes));
  }

  static AlterTopicRequest decode(WireReader in) {
    return new AlterTopicRequest(in.string("name"), in.map("changes"));
  }

  @Override
  public Api api() {
    return Api.ALTER_TOPIC;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(name);
    out.map(changes);
  }
}
