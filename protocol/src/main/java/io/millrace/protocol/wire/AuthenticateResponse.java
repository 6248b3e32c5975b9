package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.Optional;

/**
 * A message of the broker in an authentication. A failed authentication is an {@link
 * ErrorResponse}.
 *
 * @param login present with the last message: the client is authenticated
 * @param data the message, from reader index to writer index; the mechanism defines it, and it may
 *     be empty. It ends the frame. After decoding it is a slice of the frame, valid as long as the
 *     frame
 */
public record AuthenticateResponse(Optional<LoginInfo> login, ByteBuf data) implements Response {

  public AuthenticateResponse {
    Objects.requireNonNull(login, "login");
    Objects.requireNonNull(data, "data");
  }

  static AuthenticateResponse decode(WireReader in) {
    return new AuthenticateResponse(in.optional("done", LoginInfo::decode), in.rest());
  }

  /** {@inheritDoc} Copies the data. */
  @Override
  public void encode(WireWriter out) {
    out.optional(login, LoginInfo::encode);
    out.rest(data);
  }
}
