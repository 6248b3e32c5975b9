package io.millrace.protocol.wire;

/** Says that the client is alive, and asks whether the broker is. */
public record PingRequest() implements Request {

  static PingRequest decode(WireReader in) {
    return new PingRequest();
  }

  @Override
  public Api api() {
    return Api.PING;
  }

  @Override
  public void encode(WireWriter out) {}
}
