package io.millrace.protocol.wire;

import java.util.Objects;

/**
 * Deletes a user, its tokens, and the rules that name it.
 *
 * @param name the name of the user
 * @param force whether the change is made although no administrator remains
 */
public record DeleteUserRequest(String name, boolean force) implements Request {

  public DeleteUserRequest {
    Objects.requireNonNull(name, "name");
  }

  static DeleteUserRequest decode(WireReader in) {
    return new DeleteUserRequest(in.string("name"), in.bool("force"));
  }

  @Override
  public Api api() {
    return Api.DELETE_USER;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(name);
    out.bool(force);
  }
}
