package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;

/**
 * What became of one settlement.
 *
 * @param error {@code NONE}; or why not all events of the range are settled: {@code LOCK_LOST}, the
 *     others are settled; {@code INVALID_REQUEST}, none is
 * @param message the error in words; empty if there is none
 * @param lostOffset with {@code LOCK_LOST}: the first event of the range whose lock is lost.
 *     Otherwise -1
 */
public record SettlementOutcome(ErrorCode error, String message, long lostOffset) {

  static final int MIN_BYTES = 2 + WireReader.MIN_STRING_BYTES + 8;

  public SettlementOutcome {
    message = ErrorResponse.shorten(message);
  }

  static SettlementOutcome decode(WireReader in) {
    return new SettlementOutcome(in.errorCode("error"), in.string("message"), in.i64("lostOffset"));
  }

  void encode(WireWriter out) {
    out.u16(error.code());
    out.string(message);
    out.i64(lostOffset);
  }
}
