package io.millrace.protocol.wire;

import java.util.List;

/**
 * Removes rules: all or none.
 *
 * @param rules all of them must exist
 * @param force whether the change is made although no administrator remains
 */
public record RemoveRulesRequest(List<RuleInfo> rules, boolean force) implements Request {

  public RemoveRulesRequest {
    rules = List.copyOf(rules);
  }

  static RemoveRulesRequest decode(WireReader in) {
    return new RemoveRulesRequest(
        in.longList("rules", RuleInfo.MIN_BYTES, RuleInfo::decode), in.bool("force"));
  }

  @Override
  public Api api() {
    return Api.REMOVE_RULES;
  }

  @Override
  public void encode(WireWriter out) {
    out.longList(rules, RuleInfo::encode);
    out.bool(force);
  }
}
