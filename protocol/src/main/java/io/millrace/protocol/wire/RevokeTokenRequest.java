package io.millrace.protocol.wire;

import java.util.Objects;

/**
 * Deletes a token.
 *
 * @param id the id of the token
 */
public record RevokeTokenRequest(String id) implements Request {

  public RevokeTokenRequest {
    Objects.requireNonNull(id, "id");
  }

  static RevokeTokenRequest decode(WireReader in) {
    return new RevokeTokenRequest(in.string("id"));
  }

  @Override
  public Api api() {
    return Api.REVOKE_TOKEN;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(id);
  }
}
