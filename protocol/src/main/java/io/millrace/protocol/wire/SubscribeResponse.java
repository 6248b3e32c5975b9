package io.millrace.protocol.wire;

/**
 * The start of a subscription, and the offsets of the partition at that moment.
 *
 * @param startOffset first offset that the subscription wants; the first batch may start before it
 * @param start offset of the first event that the log still has
 * @param durable one past the last offset that is on disk
 * @param end one past the last stored offset
 */
public record SubscribeResponse(long startOffset, long start, long durable, long end)
    implements Response {

  static SubscribeResponse decode(WireReader in) {
    return new SubscribeResponse(
        in.i64("startOffset"), in.i64("start"), in.i64("durable"), in.i64("end"));
  }

  @Override
  public void encode(WireWriter out) {
    out.i64(startOffset);
    out.i64(start);
    out.i64(durable);
    out.i64(end);
  }
}
