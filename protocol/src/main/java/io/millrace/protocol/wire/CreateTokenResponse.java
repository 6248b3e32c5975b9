package io.millrace.protocol.wire;

import java.util.Objects;

/**
 * A new token. The broker cannot show it again.
 *
 * @param id the part of the token that is not secret
 * @param token the whole token, which is secret
 */
public record CreateTokenResponse(String id, String token) implements Response {

  public CreateTokenResponse {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(token, "token");
  }

  static CreateTokenResponse decode(WireReader in) {
    return new CreateTokenResponse(in.string("id"), in.string("token"));
  }

  @Override
  public void encode(WireWriter out) {
    out.string(id);
    out.string(token);
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "CreateTokenResponse[id=" + id + "]";
  }
}
