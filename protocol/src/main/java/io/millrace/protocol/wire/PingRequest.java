package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;

/** Says that the client is alive, and asks whether the broker is. */
public record PingRequest() implements Request {

  static PingRequest decode(WireReader in) {
    return new PingRequest();
  }

  @Override
  public Api api() {
    return Api.PING;
  }

  @Override
  public void encode(ByteBuf out) {}
}
