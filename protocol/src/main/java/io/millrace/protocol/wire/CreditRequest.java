package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Allows the broker to deliver more bytes of a subscription. It has no response. The broker ignores
 * an unknown subscription, because it may just have ended.
 *
 * @param subscriptionId the id of the subscription
 * @param bytes additional bytes, at least 1
 */
public record CreditRequest(int subscriptionId, long bytes) implements Request {

  private static final int BODY_BYTES = 4 + 8;

  static CreditRequest decode(WireReader in) {
    return new CreditRequest(in.i32("subscriptionId"), in.i64("bytes"));
  }

  /**
   * Encodes a whole frame from its fields. The correlation id is 0, because there is no response.
   *
   * @param version the version of the api, as negotiated
   * @return the frame, owned by the caller
   */
  public static ByteBuf encodeFrame(
      ByteBufAllocator allocator, int version, int subscriptionId, long bytes) {
    ByteBuf out = allocator.buffer(FrameHeader.BODY_AT + BODY_BYTES);
    FrameHeader.write(out, FrameKind.REQUEST, version, Api.CREDIT.number(), 0, BODY_BYTES);
    out.writeIntLE(subscriptionId);
    out.writeLongLE(bytes);
    return out;
  }

  @Override
  public Api api() {
    return Api.CREDIT;
  }

  @Override
  public void encode(WireWriter out) {
    out.i32(subscriptionId);
    out.i64(bytes);
  }
}
