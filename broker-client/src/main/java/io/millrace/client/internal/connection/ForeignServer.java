package io.millrace.client.internal.connection;

import io.millrace.client.MillraceClient;
import io.millrace.protocol.Quoted;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A server of another protocol to which the client has connected by mistake. The first bytes of its
 * answer show it. The first four bytes of each of these answers, read as a length field, are not
 * those of a short frame.
 */
enum ForeignServer {
  /** A response of HTTP/1.x. */
  HTTP(
      "the port speaks HTTP; a broker has its own port, "
          + MillraceClient.DEFAULT_PORT
          + " by default, and another one for health and metrics over HTTP, 9711 by default"),
  /** A TLS alert, or another record of TLS. */
  TLS(
      "the port speaks TLS, and the client does not; connect with TLS, if it is the port of a broker:"
          + " that is "
          + MillraceClient.DEFAULT_PORT
          + " by default"),
  /** The identification line of SSH. */
  SSH(
      "the port speaks SSH, so it is not that of a Millrace broker; a broker's own port is "
          + MillraceClient.DEFAULT_PORT
          + " by default");

  /** Number of bytes that {@link #of} needs. */
  static final int BYTES = 4;

  private static final int HTTP_START = 0x48545450; // "HTTP"
  private static final int SSH_START = 0x5353482D; // "SSH-"
  private static final int TLS_ALERT = 0x15;
  private static final int TLS_HANDSHAKE = 0x16;
  private static final int TLS_MAJOR = 0x03;
  private static final int TLS_MINOR_MAX = 0x04;
  private static final int SHOWN_BYTES = 60;

  private final String explanation;

  ForeignServer(String explanation) {
    this.explanation = explanation;
  }

  /** What the port is, and which port the broker has. */
  String explanation() {
    return explanation;
  }

  /** Detects the protocol from the first bytes of an answer. Does not change the buffer. */
  static Optional<ForeignServer> of(ByteBuf in) {
    int at = in.readerIndex();
    if (in.getInt(at) == HTTP_START) {
      return Optional.of(HTTP);
    }
    if (in.getInt(at) == SSH_START) {
      return Optional.of(SSH);
    }
    return isTls(in, at) ? Optional.of(TLS) : Optional.empty();
  }

  /** The first received bytes as text in quotes, on one short line. Does not change the buffer. */
  static String quote(ByteBuf in) {
    int bytes = Math.min(SHOWN_BYTES, in.readableBytes());
    return Quoted.text(in.toString(in.readerIndex(), bytes, StandardCharsets.ISO_8859_1));
  }

  private static boolean isTls(ByteBuf in, int at) {
    int type = in.getUnsignedByte(at);
    return (type == TLS_ALERT || type == TLS_HANDSHAKE)
        && in.getUnsignedByte(at + 1) == TLS_MAJOR
        && in.getUnsignedByte(at + 2) <= TLS_MINOR_MAX;
  }
}
