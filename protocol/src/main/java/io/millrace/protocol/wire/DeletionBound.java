package io.millrace.protocol.wire;

/**
 * The events of a partition that are to be deleted: all below an offset.
 *
 * @param partition index of the partition
 * @param beforeOffset the first offset that is kept; at most the durable offset. At an offset at or
 *     below the start, nothing is deleted
 */
public record DeletionBound(int partition, long beforeOffset) {

  static final int BYTES = 4 + 8;

  static DeletionBound decode(WireReader in) {
    return new DeletionBound(in.i32("partition"), in.i64("beforeOffset"));
  }

  void encode(WireWriter out) {
    out.i32(partition);
    out.i64(beforeOffset);
  }
}
