package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;

/**
 * A message of the client in an authentication. The mechanism defines the messages and their
 * number.
 *
 * @param mechanism one of the mechanisms in the response to HELLO; the same in every message of one
 *     authentication
 * @param data the message, from reader index to writer index. It may be a secret: never in a log.
 *     It ends the frame. After decoding it is a slice of the frame, valid as long as the frame
 */
public record AuthenticateRequest(String mechanism, ByteBuf data) implements Request {

  static AuthenticateRequest decode(WireReader in) {
    return new AuthenticateRequest(in.string("mechanism"), in.rest());
  }

  @Override
  public Api api() {
    return Api.AUTHENTICATE;
  }

  /** {@inheritDoc} Copies the data. */
  @Override
  public void encode(WireWriter out) {
    out.string(mechanism);
    out.rest(data);
  }
}
