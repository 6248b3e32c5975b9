package io.millrace.protocol.wire;

import java.util.List;
import java.util.Objects;

/**
 * Creates a user. It is enabled.
 *
 * @param name the name of the user
 * @param roles the names of its roles
 * @param verifiers what verifies its password, each as RFC 5803 writes it: {@code
 *     SCRAM-SHA-256$ITERATIONS:SALT$STORED_KEY:SERVER_KEY}, in Base64; empty: no password
 */
public record CreateUserRequest(String name, List<String> roles, List<String> verifiers)
    implements Request {

  public CreateUserRequest {
    Objects.requireNonNull(name, "name");
    roles = List.copyOf(roles);
    verifiers = List.copyOf(verifiers);
  }

  static CreateUserRequest decode(WireReader in) {
    return new CreateUserRequest(
        in.string("name"),
        in.longList("roles", WireReader.MIN_STRING_BYTES, each -> each.string("roles")),
        in.longList("verifiers", WireReader.MIN_STRING_BYTES, each -> each.string("verifiers")));
  }

  @Override
  public Api api() {
    return Api.CREATE_USER;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(name);
    out.longList(roles, (each, to) -> to.string(each));
    out.longList(verifiers, (each, to) -> to.string(each));
  }

  /** Without the verifiers. */
  @Override
  public String toString() {
    return "CreateUserRequest[name=" + name + ", roles=" + roles + "]";
  }
}
