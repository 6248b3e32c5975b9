package io.millrace.protocol.wire;

/**
 * Offsets of a partition that an answer leaves out because they cannot be read.
 *
 * @param partition number of the partition
 * @param firstOffset the first offset that is left out; -1 if the whole partition is left out
 * @param endOffset one past the last one; -1 if the whole partition is left out
 */
public record SkippedRange(int partition, long firstOffset, long endOffset) {

  static final int BYTES = 4 + 2 * 8;

  static SkippedRange decode(WireReader in) {
    return new SkippedRange(in.i32("partition"), in.i64("firstOffset"), in.i64("endOffset"));
  }

  void encode(WireWriter out) {
    out.i32(partition);
    out.i64(firstOffset);
    out.i64(endOffset);
  }
}
