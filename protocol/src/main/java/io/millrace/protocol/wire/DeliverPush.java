package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The next batches of a subscription.
 *
 * @param subscriptionId of the subscription
 * @param nextOffset where it stands after these batches
 * @param visibleEnd how far it could see at this moment
 * @param batches zero or more whole record batches, from reader to writer index, to the end of the
 *     frame. Decoded, they are a slice of the frame and live no longer than that, unless retained.
 */
public record DeliverPush(int subscriptionId, long nextOffset, long visibleEnd, ByteBuf batches)
    implements Push {

  private static final int HEAD_BYTES = 4 + 8 + 8;

  static DeliverPush decode(WireReader in) {
    return new DeliverPush(
        in.i32("subscriptionId"), in.i64("nextOffset"), in.i64("visibleEnd"), in.rest());
  }

  /**
   * Encodes the frame up to the batches, without copying them: the caller writes the head and then
   * {@code batchesBytes} bytes.
   *
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
