package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;
import java.util.Objects;

/**
 * The refusal of a request. Its layout is the same in every version of every api.
 *
 * @param code the reason, never {@code NONE}; a code that this build does not know is {@code
 *     INTERNAL}
 * @param message the cause, the limit and the next step; truncated after {@link #MAX_MESSAGE_CHARS}
 */
public record ErrorResponse(ErrorCode code, String message) implements Response {

  /** Largest number of characters of a message. In UTF-8 they always fit into a string. */
  public static final int MAX_MESSAGE_CHARS = 16_384;

  public ErrorResponse {
    Objects.requireNonNull(code, "code");
    if (code == ErrorCode.NONE) {
      throw new IllegalArgumentException("an error response needs an error");
    }
    message = shorten(message);
  }

  static ErrorResponse decode(ErrorCode code, WireReader in) {
    return new ErrorResponse(code, in.string("message"));
  }

  @Override
  public void encode(WireWriter out) {
    out.string(message);
  }

  static String shorten(String message) {
    if (message.length() <= MAX_MESSAGE_CHARS) {
      return message;
    }
    boolean splitsPair = Character.isHighSurrogate(message.charAt(MAX_MESSAGE_CHARS - 1));
    return message.substring(0, splitsPair ? MAX_MESSAGE_CHARS - 1 : MAX_MESSAGE_CHARS);
  }
}
