package io.millrace.protocol.wire;

/** The topic that was created, altered or described. */
public record TopicResponse(TopicInfo topic) implements Response {

  static TopicResponse decode(WireReader in) {
    return new TopicResponse(TopicInfo.decode(in));
  }

  @Override
  public void encode(WireWriter out) {
    topic.encode(out);
  }
}
