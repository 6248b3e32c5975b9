package io.millrace.protocol.wire;

/** Ends a subscription: after the answer nothing more of it is delivered. */
public record UnsubscribeRequest(int subscriptionId) implements Request {

  static UnsubscribeRequest decode(WireReader in) {
    return new UnsubscribeRequest(in.i32("subscriptionId"));
  }

  @Override
  public Api api() {
    return Api.UNSUBSCRIBE;
  }

  @Override
  public void encode(WireWriter out) {
    out.i32(subscriptionId);
  }
}
