package io.millrace.protocol.wire;

import java.util.Objects;

/**
 * What the rules say about one operation.
 *
 * @param allowed whether it is allowed
 * @param decidedBy the rule or the role that allows it, or why it is not allowed, in words
 */
public record TestRuleResponse(boolean allowed, String decidedBy) implements Response {

  public TestRuleResponse {
    Objects.requireNonNull(decidedBy, "decidedBy");
  }

  static TestRuleResponse decode(WireReader in) {
    return new TestRuleResponse(in.bool("allowed"), in.string("decidedBy"));
  }

  @Override
  public void encode(WireWriter out) {
    out.bool(allowed);
    out.string(decidedBy);
  }
}
