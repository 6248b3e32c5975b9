package io.millrace.protocol.wire;

/**
 * The offset of the first event whose event time is at least the requested one.
 *
 * @param offset the visible end if there is no such event
 */
public record OffsetForTimeResponse(long offset) implements Response {

  static OffsetForTimeResponse decode(WireReader in) {
    return new OffsetForTimeResponse(in.i64("offset"));
  }

  @Override
  public void encode(WireWriter out) {
    out.i64(offset);
  }
}
