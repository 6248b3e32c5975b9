package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;

/**
 * Reports that the broker has ended a subscription.
 *
 * @param subscriptionId the id of the subscription; the client may use it again
 * @param code the reason
 * @param message the reason and the next step
 */
public record SubscriptionEndedPush(int subscriptionId, ErrorCode code, String message)
    implements Push {

  public SubscriptionEndedPush {
    message = ErrorResponse.shorten(message);
  }

  static SubscriptionEndedPush decode(WireReader in) {
    return new SubscriptionEndedPush(
        in.i32("subscriptionId"), in.errorCode("code"), in.string("message"));
  }

  @Override
  public Api api() {
    return Api.SUBSCRIPTION_ENDED;
  }

  @Override
  public void encode(WireWriter out) {
    out.i32(subscriptionId);
    out.u16(code.code());
    out.string(message);
  }
}
