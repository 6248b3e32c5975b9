package io.millrace.protocol.wire;

import io.netty.buffer.ByteBufUtil;
import java.util.List;

/**
 * Opens a connection. The first request of a connection, sent once.
 *
 * @param clientId name of the client, for logs and as the default source of its producers; 1 to 255
 *     bytes of UTF-8
 * @param clientSoftware name and version of the client library, for logs; may be empty
 * @param mechanisms since version {@link #MECHANISMS_SINCE}: the mechanisms of authentication that
 *     the client can use, preferred first, at most {@link #MAX_MECHANISMS}; empty if it has no
 *     credential
 */
public record HelloRequest(String clientId, String clientSoftware, List<String> mechanisms)
    implements Request {

  /** The first version with mechanisms of authentication. */
  public static final int MECHANISMS_SINCE = 2;

  /** Largest number of bytes of a client id in UTF-8. */
  public static final int MAX_CLIENT_ID_BYTES = 255;

  /** Largest number of mechanisms. */
  public static final int MAX_MECHANISMS = 32;

  /**
   * @throws WireException {@code INVALID_REQUEST} if the client id is empty or too long, or there
   *     are too many mechanisms
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
    mechanisms = List.copyOf(mechanisms);
    if (mechanisms.size() > MAX_MECHANISMS) {
      throw WireException.invalid(
          "HELLO has "
              + mechanisms.size()
              + " mechanisms; expected at most "
              + MAX_MECHANISMS
              + ": list those that the client prefers");
    }
  }

  /** The request of a client without a credential. */
  public HelloRequest(String clientId, String clientSoftware) {
    this(clientId, clientSoftware, List.of());
  }

  static HelloRequest decode(WireReader in) {
    return new HelloRequest(
        in.string("clientId"),
        in.string("clientSoftware"),
        in.version() < MECHANISMS_SINCE
            ? List.of()
            : in.shortList(
                "mechanisms", WireReader.MIN_STRING_BYTES, item -> item.string("mechanism")));
  }

  @Override
  public Api api() {
    return Api.HELLO;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(clientId);
    out.string(clientSoftware);
    if (out.version() >= MECHANISMS_SINCE) {
      out.shortList(mechanisms, (mechanism, item) -> item.string(mechanism));
    }
  }
}
