package io.millrace.protocol.wire;

import java.util.List;

/**
 * The ranges of damaged offsets.
 *
 * @param total number of ranges that match the request
 * @param ranges the first of them, by topic, partition and offset
 */
public record ListDamageResponse(int total, List<DamagedRangeInfo> ranges) implements Response {

  public ListDamageResponse {
    ranges = List.copyOf(ranges);
  }

  static ListDamageResponse decode(WireReader in) {
    return new ListDamageResponse(
        in.i32("total"),
        in.longList("ranges", DamagedRangeInfo.MIN_BYTES, DamagedRangeInfo::decode));
  }

  @Override
  public void encode(WireWriter out) {
    out.i32(total);
    out.longList(ranges, DamagedRangeInfo::encode);
  }
}
