package io.millrace.protocol.wire;

/** Ends a subscription. No delivery of the subscription follows the response. */
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
