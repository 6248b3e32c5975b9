package io.millrace.protocol.wire;

import java.util.List;
import java.util.Objects;

/**
 * Changes a user. One request can change several things at once.
 *
 * @param name the name of the user
 * @param verifiers what verifies its new password, each as RFC 5803 writes it: {@code
 *     SCRAM-SHA-256$ITERATIONS:SALT$STORED_KEY:SERVER_KEY}, in Base64; empty: the password does not
 *     change
 * @param setsRoles whether the roles change
 * @param roles the names of all its roles afterwards; empty if they do not change
 * @param enabled whether it may log in afterwards
 * @param force whether the change is made although no administrator remains
 */
public record AlterUserRequest(
    String name,
    List<String> verifiers,
    boolean setsRoles,
    List<String> roles,
    UserSwitch enabled,
    boolean force)
    implements Request {

  public AlterUserRequest {
    Objects.requireNonNull(name, "name");
    verifiers = List.copyOf(verifiers);
    roles = List.copyOf(roles);
  }

  static AlterUserRequest decode(WireReader in) {
    return new AlterUserRequest(
        in.string("name"),
        in.longList("verifiers", WireReader.MIN_STRING_BYTES, each -> each.string("verifiers")),
        in.bool("setsRoles"),
        in.longList("roles", WireReader.MIN_STRING_BYTES, each -> each.string("roles")),
        in.oneOf("enabled", UserSwitch::ofCode),
        in.bool("force"));
  }

  @Override
  public Api api() {
    return Api.ALTER_USER;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(name);
    out.longList(verifiers, (each, to) -> to.string(each));
    out.bool(setsRoles);
    out.longList(roles, (each, to) -> to.string(each));
    out.u8(enabled.code());
    out.bool(force);
  }

  /** Without the verifiers. */
  @Override
  public String toString() {
    return "AlterUserRequest[name=" + name + ", roles=" + roles + ", enabled=" + enabled + "]";
  }
}
