package io.millrace.protocol.wire;

import java.util.List;
import java.util.Objects;

/**
 * A token, without its secret.
 *
 * @param id the part of the token that is not secret
 * @param name for people
 * @param user the user whose permissions it has
 * @param createdAtMicros when it was created, microseconds since the epoch, UTC
 * @param expiresAtMicros when it expires; 0: never
 * @param scope the permissions that it is limited to; empty: no limit but those of its user
 */
public record TokenInfo(
    String id,
    String name,
    String user,
    long createdAtMicros,
    long expiresAtMicros,
    List<String> scope) {

  static final int MIN_BYTES =
      WireReader.MIN_STRING_BYTES
          + WireReader.MIN_STRING_BYTES
          + WireReader.MIN_STRING_BYTES
          + 8
          + 8
          + 4;

  public TokenInfo {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(user, "user");
    scope = List.copyOf(scope);
  }

  static TokenInfo decode(WireReader in) {
    return new TokenInfo(
        in.string("id"),
        in.string("name"),
        in.string("user"),
        in.i64("createdAtMicros"),
        in.i64("expiresAtMicros"),
        in.longList("scope", WireReader.MIN_STRING_BYTES, each -> each.string("scope")));
  }

  void encode(WireWriter out) {
    out.string(id);
    out.string(name);
    out.string(user);
    out.i64(createdAtMicros);
    out.i64(expiresAtMicros);
    out.longList(scope, (each, to) -> to.string(each));
  }
}
