package io.millrace.security.scram;

import java.nio.charset.StandardCharsets;

/**
 * The client-first-message of RFC 5802, section 7. An authorization identity and mandatory
 * extensions are refused; optional extensions are ignored.
 *
 * @param flag what the client says about channel binding
 * @param bindingType of the flag {@code p=}; otherwise empty
 * @param gs2Header the text before the bare message
 * @param bare the message without the GS2 header, as it was received
 * @param user the name, decoded
 * @param nonce of the client
 */
record ScramClientFirst(
    Flag flag, String bindingType, String gs2Header, String bare, String user, String nonce) {

  /** The GS2 flag of channel binding. */
  enum Flag {
    /** {@code p=}: the client binds the channel. */
    BOUND,
    /** {@code n}: the client cannot. */
    UNSUPPORTED_BY_CLIENT,
    /** {@code y}: the client can, and believes that the broker cannot. */
    UNSUPPORTED_BY_BROKER
  }

  private static final String BOUND = "p=";

  /** Reads a message. */
  static ScramClientFirst parse(String message) throws ScramException {
    ScramText.requireLength(message);
    int flagEnd = message.indexOf(',');
    int headerEnd = message.indexOf(',', flagEnd + 1);
    if (flagEnd < 0 || headerEnd < 0) {
      throw new ScramException("the client-first-message has no GS2 header");
    }
    if (headerEnd != flagEnd + 1) {
      throw new ScramException("the client asks for another identity than its user (a=)");
    }
    String flag = message.substring(0, flagEnd);
    String bare = message.substring(headerEnd + 1);
    String[] fields = bare.split(",", -1);
    if (fields.length < 2) {
      throw new ScramException("the client-first-message has no user and nonce");
    }
    ScramText.requireExtensions(fields, 2, fields.length);
    return new ScramClientFirst(
        flag(flag),
        flag.startsWith(BOUND) ? flag.substring(BOUND.length()) : "",
        message.substring(0, headerEnd + 1),
        bare,
        ScramText.decodeName(ScramText.value(fields[0], 'n')),
        ScramText.requireNonce(ScramText.value(fields[1], 'r')));
  }

  private static Flag flag(String text) throws ScramException {
    if (text.startsWith(BOUND)) {
      return Flag.BOUND;
    }
    return switch (text) {
      case "n" -> Flag.UNSUPPORTED_BY_CLIENT;
      case "y" -> Flag.UNSUPPORTED_BY_BROKER;
      default -> throw new ScramException("the client-first-message has an unknown GS2 flag");
    };
  }

  byte[] gs2Bytes() {
    return gs2Header.getBytes(StandardCharsets.UTF_8);
  }
}
