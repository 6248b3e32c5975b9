package io.millrace.protocol.wire;

/**
 * How far the filter of a subscription is. Comes with a delivery, when the numbers have changed, at
 * most once a second and before the subscription ends. Sums since the subscription began.
 *
 * @param subscriptionId the id of the subscription
 * @param scannedEvents events that the broker has tested
 * @param matchedEvents events that match
 * @param typeMismatches tests of a field that has another type than the filter expects
 * @param notJson values that the filter reads as JSON and that are not
 */
public record FilterProgressPush(
    int subscriptionId, long scannedEvents, long matchedEvents, long typeMismatches, long notJson)
    implements Push {

  static FilterProgressPush decode(WireReader in) {
    return new FilterProgressPush(
        in.i32("subscriptionId"),
        in.i64("scannedEvents"),
        in.i64("matchedEvents"),
        in.i64("typeMismatches"),
        in.i64("notJson"));
  }

  @Override
  public Api api() {
    return Api.FILTER_PROGRESS;
  }

  @Override
  public void encode(WireWriter out) {
    out.i32(subscriptionId);
    out.i64(scannedEvents);
    out.i64(matchedEvents);
    out.i64(typeMismatches);
    out.i64(notJson);
  }
}
