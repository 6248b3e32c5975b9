package io.millrace.protocol.wire;

/**
 * A range of offsets that cannot be read.
 *
 * @param topic name of its topic
 * @param partition index of the partition
 * @param firstOffset first damaged offset
 * @param endOffset one past the last damaged offset; a reader continues here
 * @param reason what is damaged, in words
 */
public record DamagedRangeInfo(
    String topic, int partition, long firstOffset, long endOffset, String reason) {

  /** Smallest size: no name, no reason. */
  static final int MIN_BYTES =
      WireReader.MIN_STRING_BYTES + 4 + 8 + 8 + WireReader.MIN_STRING_BYTES;

  public DamagedRangeInfo {
    reason = ErrorResponse.shorten(reason);
  }

  static DamagedRangeInfo decode(WireReader in) {
    return new DamagedRangeInfo(
        in.string("topic"),
        in.i32("partition"),
        in.i64("firstOffset"),
        in.i64("endOffset"),
        in.string("reason"));
  }

  void encode(WireWriter out) {
    out.string(topic);
    out.i32(partition);
    out.i64(firstOffset);
    out.i64(endOffset);
    out.string(reason);
  }
}
