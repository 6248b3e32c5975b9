package io.millrace.protocol.wire;

import java.util.List;

/**
 * What became of each settlement.
 *
 * @param outcomes in the order of the request
 */
public record SettleResponse(List<SettlementOutcome> outcomes) implements Response {

  public SettleResponse {
    outcomes = List.copyOf(outcomes);
  }

  static SettleResponse decode(WireReader in) {
    return new SettleResponse(
        in.longList("outcomes", SettlementOutcome.MIN_BYTES, SettlementOutcome::decode));
  }

  @Override
  public void encode(WireWriter out) {
    out.longList(outcomes, SettlementOutcome::encode);
  }
}
