package io.millrace.protocol.wire;

/**
 * Where a subscription stands when it begins.
 *
 * @param startOffset first offset wanted; the first batch may begin before it
 * @param start first offset kept
 * @param durable one past the last offset forced to disk
 * @param end one past the last offset stored
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
