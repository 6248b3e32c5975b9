package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;
import java.util.Objects;

/**
 * The request was refused.
 *
 * @param code which refusal, never {@code NONE}; a code that this build does not know is {@code
 *     INTERNAL}
 * @param message the cause as the broker saw it, the limit and the next step; cut after {@link
 *     #MAX_MESSAGE_CHARS}
 */
public record ErrorResponse(ErrorCode code, String message) implements Response {

  /** Most characters of a message: in UTF-8 they fit into a string, whatever they are. */
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
