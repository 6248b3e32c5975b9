package io.millrace.protocol.wire;

/** Shows that the client is alive. The response shows the same for the broker. */
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
