package io.millrace.protocol.wire;

import java.util.List;
import java.util.Objects;

/**
 * Creates a token.
 *
 * @param name for people, up to 255 bytes
 * @param user the user whose permissions it has; empty: the one who sends the request
 * @param expiresAtMicros when it expires, microseconds since the epoch, UTC; 0: never
 * @param scope the permissions that it is limited to, each such as {@code read topic:rides*};
 *     empty: no limit but those of its user
 */
public record CreateTokenRequest(String name, String user, long expiresAtMicros, List<String> scope)
    implements Request {

  public CreateTokenRequest {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(user, "user");
    scope = List.copyOf(scope);
  }

  static CreateTokenRequest decode(WireReader in) {
    return new CreateTokenRequest(
        in.string("name"),
        in.string("user"),
        in.i64("expiresAtMicros"),
        in.longList("scope", WireReader.MIN_STRING_BYTES, each -> each.string("scope")));
  }

  @Override
  public Api api() {
    return Api.CREATE_TOKEN;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(name);
    out.string(user);
    out.i64(expiresAtMicros);
    out.longList(scope, (each, to) -> to.string(each));
  }
}
