package io.millrace.protocol.wire;

import java.util.List;

/**
 * Rules.
 *
 * @param rules in the order in which they were added
 */
public record ListRulesResponse(List<RuleInfo> rules) implements Response {

  public ListRulesResponse {
    rules = List.copyOf(rules);
  }

  static ListRulesResponse decode(WireReader in) {
    return new ListRulesResponse(in.longList("rules", RuleInfo.MIN_BYTES, RuleInfo::decode));
  }

  @Override
  public void encode(WireWriter out) {
    out.longList(rules, RuleInfo::encode);
  }
}
