package io.millrace.protocol.wire;

/**
 * Requests the ranges of damaged offsets of one partition, of a topic, or of all topics.
 *
 * @param topic name of the topic; empty: all topics that the client may describe
 * @param partition index of the partition, or {@link #ALL_PARTITIONS}
 * @param fromOffset only ranges that end after this offset
 */
public record ListDamageRequest(String topic, int partition, long fromOffset) implements Request {

  /** The partition of a request for all partitions. */
  public static final int ALL_PARTITIONS = -1;

  static ListDamageRequest decode(WireReader in) {
    return new ListDamageRequest(in.string("topic"), in.i32("partition"), in.i64("fromOffset"));
  }

  @Override
  public Api api() {
    return Api.LIST_DAMAGE;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(topic);
    out.i32(partition);
    out.i64(fromOffset);
  }
}
