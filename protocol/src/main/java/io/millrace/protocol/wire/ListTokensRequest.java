package io.millrace.protocol.wire;

import java.util.Objects;

/**
 * Requests the tokens that the session may see.
 *
 * @param user the user whose tokens are requested; empty: all
 */
public record ListTokensRequest(String user) implements Request {

  public ListTokensRequest {
    Objects.requireNonNull(user, "user");
  }

  static ListTokensRequest decode(WireReader in) {
    return new ListTokensRequest(in.string("user"));
  }

  @Override
  public Api api() {
    return Api.LIST_TOKENS;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(user);
  }
}
