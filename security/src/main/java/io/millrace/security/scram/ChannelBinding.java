package io.millrace.security.scram;

/**
 * What an exchange knows about the TLS connection below it: RFC 5802, section 6.
 *
 * @param required whether the client has chosen a {@code -PLUS} mechanism
 * @param offered whether the broker offers {@code -PLUS} mechanisms on this connection
 * @param clientHasIt whether the client has said, beside SCRAM, that it can use one
 * @param endPoint the data of {@code tls-server-end-point} (RFC 5929, section 4): the hash of the
 *     broker's certificate; empty without TLS
 */
public record ChannelBinding(
    boolean required, boolean offered, boolean clientHasIt, byte[] endPoint) {

  /** The only type of binding that is supported. It works with every version of TLS. */
  public static final String TYPE = "tls-server-end-point";

  /** A connection without TLS. */
  public static final ChannelBinding NONE = new ChannelBinding(false, false, false, new byte[0]);

  /** Checks what the client says about it. */
  void check(ScramClientFirst message) throws ScramException {
    switch (message.flag()) {
      case BOUND -> {
        if (!required) {
          throw new ScramException("the client binds a channel with a mechanism without -PLUS");
        }
        if (!message.bindingType().equals(TYPE)) {
          throw new ScramException("the client binds " + message.bindingType() + ", not " + TYPE);
        }
      }
      case UNSUPPORTED_BY_BROKER -> {
        if (required || offered) {
          throw new ScramException(
              "the client believes that the broker offers no -PLUS mechanism: somebody has removed"
                  + " it from the list (downgrade)");
        }
      }
      case UNSUPPORTED_BY_CLIENT -> {
        if (required) {
          throw new ScramException("the client chose a -PLUS mechanism and does not bind");
        }
        if (offered && clientHasIt) {
          throw new ScramException(
              "the client offered a -PLUS mechanism, and now does without (downgrade)");
        }
      }
    }
  }

  /**
   * The bytes that a client-final-message repeats: the GS2 header, and the binding if there is one.
   */
  byte[] expected(byte[] gs2Header) {
    if (!required) {
      return gs2Header;
    }
    byte[] both = new byte[gs2Header.length + endPoint.length];
    System.arraycopy(gs2Header, 0, both, 0, gs2Header.length);
    System.arraycopy(endPoint, 0, both, gs2Header.length, endPoint.length);
    return both;
  }
}
