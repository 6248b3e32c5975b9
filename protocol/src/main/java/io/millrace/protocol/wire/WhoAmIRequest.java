package io.millrace.protocol.wire;

/** Asks who the client is for the broker. */
public record WhoAmIRequest() implements Request {

  static WhoAmIRequest decode(WireReader in) {
    return new WhoAmIRequest();
  }

  @Override
  public Api api() {
    return Api.WHO_AM_I;
  }

  @Override
  public void encode(WireWriter out) {}
}
