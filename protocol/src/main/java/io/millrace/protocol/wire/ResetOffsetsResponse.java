package io.millrace.protocol.wire;

import java.util.List;

/**
 * What became of each position of a reset.
 *
 * @param outcomes in the order of the request
 */
public record ResetOffsetsResponse(List<OffsetOutcome> outcomes) implements Response {

  public ResetOffsetsResponse {
    outcomes = List.copyOf(outcomes);
  }

  static ResetOffsetsResponse decode(WireReader in) {
    return new ResetOffsetsResponse(
        in.longList("outcomes", OffsetOutcome.MIN_BYTES, OffsetOutcome::decode));
  }

  @Override
  public void encode(WireWriter out) {
    out.longList(outcomes, OffsetOutcome::encode);
  }
}
