package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;

/**
 * Reports that the broker is going to close the connection.
 *
 * @param code the reason
 * @param message the reason and the next step
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
