package io.millrace.protocol.wire;

import io.netty.buffer.ByteBufUtil;

/**
 * Opens a connection. The first request of a connection, sent once.
 *
 * @param clientId name of the client, for logs and as the default source of its producers; 1 to 255
 *     bytes of UTF-8
 * @param clientSoftware name and version of the client library, for logs; may be empty
 */
public record HelloRequest(String clientId, String clientSoftware) implements Request {

  /** Largest number of bytes of a client id in UTF-8. */
  public static final int MAX_CLIENT_ID_BYTES = 255;

  /**
   * @throws WireException {@code INVALID_REQUEST} if the client id is empty or too long
   */
  public HelloRequest {
    int bytes = ByteBufUtil.utf8Bytes(clientId);
    if (bytes < 1 || bytes > MAX_CLIENT_ID_BYTES) {
      throw WireException.invalid(
          "the client id has "
              + bytes
              + " bytes of UTF-8; expected 1 to "
              + MAX_CLIENT_ID_BYTES
              + ": choose another");
    }
  }

  static HelloRequest decode(WireReader in) {
    return new HelloRequest(in.string("clientId"), in.string("clientSoftware"));
  }

  @Override
  public Api api() {
    return Api.HELLO;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(clientId);
    out.string(clientSoftware);
  }
}
