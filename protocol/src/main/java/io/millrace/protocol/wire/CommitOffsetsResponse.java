package io.millrace.protocol.wire;

import java.util.List;

/**
 * What became of each position of a commit.
 *
 * @param outcomes in the order of the request
 */
public record CommitOffsetsResponse(List<OffsetOutcome> outcomes) implements Response {

  public CommitOffsetsResponse {
    outcomes = List.copyOf(outcomes);
  }

  static CommitOffsetsResponse decode(WireReader in) {
    return new CommitOffsetsResponse(
        in.longList("outcomes", OffsetOutcome.MIN_BYTES, OffsetOutcome::decode));
  }

  @Override
  public void encode(WireWriter out) {
    out.longList(outcomes, OffsetOutcome::encode);
  }
}
