package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * Another protocol with which a client has connected to the native port by mistake. The first bytes
 * of a connection show it.
 *
 * <p>The first four bytes of each of these protocols, read as a length field, exceed the longest
 * HELLO. Therefore a HELLO cannot be mistaken for one of them.
 */
public enum ForeignProtocol {
  /** A method of HTTP/1.1 or the preface of HTTP/2. */
  HTTP,
  /** A ClientHello of TLS 1.0 to 1.3. */
  TLS;

  /** Number of bytes that {@link #of} needs. */
  public static final int BYTES = 4;

  private static final int TLS_HANDSHAKE = 0x16;
  private static final int TLS_MAJOR = 0x03;
  private static final int TLS_MINOR_MAX = 0x04;

  /**
   * Detects the protocol from the first bytes of a connection. Does not change the buffer.
   *
   * @param in the received bytes, at least {@link #BYTES}
   * @return empty if the bytes may be a HELLO
   */
  public static Optional<ForeignProtocol> of(ByteBuf in) {
    int at = in.readerIndex();
    if (isTls(in, at)) {
      return Optional.of(TLS);
    }
    return isHttp(in.getInt(at)) ? Optional.of(HTTP) : Optional.empty();
  }

  private static boolean isTls(ByteBuf in, int at) {
    int minor = in.getUnsignedByte(at + 2);
    return in.getUnsignedByte(at) == TLS_HANDSHAKE
        && in.getUnsignedByte(at + 1) == TLS_MAJOR
        && minor >= 1
        && minor <= TLS_MINOR_MAX;
  }

  private static boolean isHttp(int firstBytes) {
    return switch (firstBytes) {
      case 0x47455420, // "GET "
          0x504F5354, // "POST"
          0x50555420, // "PUT "
          0x48454144, // "HEAD"
          0x4F505449, // "OPTI"
          0x44454C45, // "DELE"
          0x50415443, // "PATC"
          0x434F4E4E, // "CONN"
          0x54524143, // "TRAC"
          0x50524920 -> // "PRI "
          true;
      default -> false;
    };
  }
}
