package io.millrace.protocol.wire;

/** Done; there is nothing to add. */
public record EmptyResponse() implements Response {

  static EmptyResponse decode(WireReader in) {
    return new EmptyResponse();
  }

  @Override
  public void encode(WireWriter out) {}
}
