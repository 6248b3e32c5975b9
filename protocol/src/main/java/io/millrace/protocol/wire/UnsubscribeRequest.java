package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;

/** Ends a subscription: after the answer nothing more of it is delivered. */
public record UnsubscribeRequest(int subscriptionId) implements Request {

  static UnsubscribeRequest decode(WireReader in) {
    return new UnsubscribeRequest(in.i32("subscriptionId"));
  }

  @Override
  public Api api() {
    return Api.UNSUBSCRIBE;
  }

  @Override
  public void encode(ByteBuf out) {
    out.writeIntLE(subscriptionId);
  }
}
