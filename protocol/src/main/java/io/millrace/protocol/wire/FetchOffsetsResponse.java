package io.millrace.protocol.wire;

import java.util.List;

/**
 * Positions of a group.
 *
 * @param positions partitions without a position are not in the list
 */
public record FetchOffsetsResponse(List<CommittedPosition> positions) implements Response {

  public FetchOffsetsResponse {
    positions = List.copyOf(positions);
  }

  static FetchOffsetsResponse decode(WireReader in) {
    return new FetchOffsetsResponse(
        in.longList("positions", CommittedPosition.MIN_BYTES, CommittedPosition::decode));
  }

  @Override
  public void encode(WireWriter out) {
    out.longList(positions, CommittedPosition::encode);
  }
}
