package io.millrace.protocol.wire;

/**
 * The first offset whose event time is at least the one asked for; the visible end if there is
 * none.
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
