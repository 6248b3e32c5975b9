package io.millrace.protocol.wire;

/** Requests a list of all topics. */
public record ListTopicsRequest() implements Request {

  static ListTopicsRequest decode(WireReader in) {
    return new ListTopicsRequest();
  }

  @Override
  public Api api() {
    return Api.LIST_TOPICS;
  }

  @Override
  public void encode(WireWriter out) {}
}
