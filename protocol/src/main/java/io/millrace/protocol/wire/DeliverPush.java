package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The next batches of a subscription.
 *
 * @param subscriptionId the id of the subscription
 * @param nextOffset next offset of the subscription after these batches
 * @param visibleEnd one past the last offset that was visible when the push was sent
 * @param batches zero or more whole record batches, from reader index to writer index. They end the
 *     frame. After decoding they are a slice of the frame. The slice is valid as long as the frame,
 *     unless the caller retains it.
 */
public record DeliverPush(int subscriptionId, long nextOffset, long visibleEnd, ByteBuf batches)
    implements Push {

  private static final int HEAD_BYTES = 4 + 8 + 8;

  static DeliverPush decode(WireReader in) {
    return new DeliverPush(
        in.i32("subscriptionId"), in.i64("nextOffset"), in.i64("visibleEnd"), in.rest());
  }

  /**
   * Encodes the frame up to the batches. Does not copy the batches: the caller writes the head and
   * then {@code batchesBytes} bytes.
   *
   * @param version the version of the SUBSCRIBE request
   * @return the head, owned by the caller
   */
  public static ByteBuf encodeHead(
      ByteBufAllocator allocator,
      int version,
      int subscriptionId,
      long nextOffset,
      long visibleEnd,
      int batchesBytes) {
    ByteBuf out = allocator.buffer(FrameHeader.BODY_AT + HEAD_BYTES);
    FrameHeader.write(
        out, FrameKind.PUSH, version, Api.DELIVER.number(), 0, HEAD_BYTES + batchesBytes);
    encodeHead(out, subscriptionId, nextOffset, visibleEnd);
    return out;
  }

  @Override
  public Api api() {
    return Api.DELIVER;
  }

  /** {@inheritDoc} Copies the batches; {@link #encodeHead} does not. */
  @Override
  public void encode(WireWriter out) {
    encodeHead(out.buffer(), subscriptionId, nextOffset, visibleEnd);
    out.rest(batches);
  }

  private static void encodeHead(
      ByteBuf out, int subscriptionId, long nextOffset, long visibleEnd) {
    out.writeIntLE(subscriptionId);
    out.writeLongLE(nextOffset);
    out.writeLongLE(visibleEnd);
  }
}
