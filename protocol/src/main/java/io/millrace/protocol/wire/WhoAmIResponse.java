package io.millrace.protocol.wire;

import java.util.List;
import java.util.Objects;

/**
 * Who the client is for the broker.
 *
 * @param principal its name
 * @param roles the names of its roles, sorted
 * @param mechanism how it has logged in, such as {@code SCRAM-SHA-256}; empty: it has not
 * @param expiresAtMicros when its credential expires, microseconds since the epoch, UTC; 0: never
 * @param scope the permissions that its credential is limited to; empty: no limit
 * @param permissions those that rules give to it, its roles and everybody, in words
 */
public record WhoAmIResponse(
    String principal,
    List<String> roles,
    String mechanism,
    long expiresAtMicros,
    List<String> scope,
    List<String> permissions)
    implements Response {

  public WhoAmIResponse {
    Objects.requireNonNull(principal, "principal");
    roles = List.copyOf(roles);
    Objects.requireNonNull(mechanism, "mechanism");
    scope = List.copyOf(scope);
    permissions = List.copyOf(permissions);
  }

  static WhoAmIResponse decode(WireReader in) {
    return new WhoAmIResponse(
        in.string("principal"),
        in.longList("roles", WireReader.MIN_STRING_BYTES, each -> each.string("roles")),
        in.string("mechanism"),
        in.i64("expiresAtMicros"),
        in.longList("scope", WireReader.MIN_STRING_BYTES, each -> each.string("scope")),
        in.longList(
            "permissions", WireReader.MIN_STRING_BYTES, each -> each.string("permissions")));
  }

  @Override
  public void encode(WireWriter out) {
    out.string(principal);
    out.longList(roles, (each, to) -> to.string(each));
    out.string(mechanism);
    out.i64(expiresAtMicros);
    out.longList(scope, (each, to) -> to.string(each));
    out.longList(permissions, (each, to) -> to.string(each));
  }
}
