package io.millrace.protocol.wire;

/** A successful response without fields. */
public record EmptyResponse() implements Response {

  static EmptyResponse decode(WireReader in) {
    return new EmptyResponse();
  }

  @Override
  public void encode(WireWriter out) {}
}
