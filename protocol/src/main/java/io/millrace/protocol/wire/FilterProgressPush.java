package io.millrace.protocol.wire;

/**
 * What the filter of a subscription has done. Comes before a delivery when the numbers have
 * changed: at most once a second, at the visible end, and before the subscription ends. Sums since
 * the subscription began; each event counts at most once in each number of events.
 *
 * @param subscriptionId the id of the subscription
 * @param scannedEvents events that the broker has tested
 * @param matchedEvents events that match
 * @param typeMismatches events in which a test met a value of another type
 * @param notJson events whose value the filter reads as JSON, and which is not
 * @param patternsSkipped events with a text that was too long for a regular expression
 * @param readBytes bytes of the log that the broker has read for the filter
 * @param skippedBytes bytes of the log that it has passed over without reading them
 */
public record FilterProgressPush(
    int subscriptionId,
    long scannedEvents,
    long matchedEvents,
    long typeMismatches,
    long notJson,
    long patternsSkipped,
    long readBytes,
    long skippedBytes)
    implements Push {

  static FilterProgressPush decode(WireReader in) {
    return new FilterProgressPush(
        in.i32("subscriptionId"),
        in.i64("scannedEvents"),
        in.i64("matchedEvents"),
        in.i64("typeMismatches"),
        in.i64("notJson"),
        in.i64("patternsSkipped"),
        in.i64("readBytes"),
        in.i64("skippedBytes"));
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
    out.i64(patternsSkipped);
    out.i64(readBytes);
    out.i64(skippedBytes);
  }
}
