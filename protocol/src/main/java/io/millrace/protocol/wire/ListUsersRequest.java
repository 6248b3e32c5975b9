package io.millrace.protocol.wire;

import java.util.Objects;

/**
 * Requests the users.
 *
 * @param name the name of one user; empty: all
 */
public record ListUsersRequest(String name) implements Request {

  public ListUsersRequest {
    Objects.requireNonNull(name, "name");
  }

  static ListUsersRequest decode(WireReader in) {
    return new ListUsersRequest(in.string("name"));
  }

  @Override
  public Api api() {
    return Api.LIST_USERS;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(name);
  }
}
