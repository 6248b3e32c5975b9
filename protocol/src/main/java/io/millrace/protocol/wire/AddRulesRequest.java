package io.millrace.protocol.wire;

import java.util.List;

/**
 * Adds rules: all or none.
 *
 * @param rules those that exist already change nothing
 */
public record AddRulesRequest(List<RuleInfo> rules) implements Request {

  public AddRulesRequest {
    rules = List.copyOf(rules);
  }

  static AddRulesRequest decode(WireReader in) {
    return new AddRulesRequest(in.longList("rules", RuleInfo.MIN_BYTES, RuleInfo::decode));
  }

  @Override
  public Api api() {
    return Api.ADD_RULES;
  }

  @Override
  public void encode(WireWriter out) {
    out.longList(rules, RuleInfo::encode);
  }
}
