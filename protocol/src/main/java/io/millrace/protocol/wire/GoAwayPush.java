package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;

/**
 * The broker is about to close the connection for a reason of its own.
 *
 * @param code why
 * @param message why, in words, and what to do next
 */
public record GoAwayPush(ErrorCode code, String message) implements Push {

  public GoAwayPush {
    message = ErrorResponse.shorten(message);
  }

  static GoAwayPush decode(WireReader in) {
    return new GoAwayPush(in.errorCode("code"), in.string("message"));
  }

  @Override
  public Api api() {
    return Api.GO_AWAY;
  }

  @Override
  public void encode(WireWriter out) {
    out.u16(code.code());
    out.string(message);
  }
}
