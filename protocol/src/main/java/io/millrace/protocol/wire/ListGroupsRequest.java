package io.millrace.protocol.wire;

/** Requests all groups. */
public record ListGroupsRequest() implements Request {

  static ListGroupsRequest decode(WireReader in) {
    return new ListGroupsRequest();
  }

  @Override
  public Api api() {
    return Api.LIST_GROUPS;
  }

  @Override
  public void encode(WireWriter out) {}
}
