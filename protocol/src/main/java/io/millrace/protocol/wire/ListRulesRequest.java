package io.millrace.protocol.wire;

import java.util.Objects;

/**
 * Requests the rules.
 *
 * @param grantee as in a rule; empty: all
 */
public record ListRulesRequest(String grantee) implements Request {

  public ListRulesRequest {
    Objects.requireNonNull(grantee, "grantee");
  }

  static ListRulesRequest decode(WireReader in) {
    return new ListRulesRequest(in.string("grantee"));
  }

  @Override
  public Api api() {
    return Api.LIST_RULES;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(grantee);
  }
}
