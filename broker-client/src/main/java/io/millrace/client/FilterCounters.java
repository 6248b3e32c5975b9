package io.millrace.client;

/**
 * What the filter of a consumer has done in the broker, in all partitions that it reads, since the
 * consumer was built. Each event counts at most once in each number of events. After a reconnect,
 * events can be tested again, and count again.
 *
 * @param scannedEvents events that the broker has tested. Batches that the filter skips without a
 *     look at their events are not in it
 * @param matchedEvents events that match
 * @param typeMismatches events in which a test met a JSON value of another type, and so did not
 *     hold
 * @param notJson events whose value was read as JSON, and is not
 * @param patternsSkipped events with a text that was too long for a regular expression
 * @param readBytes bytes of the log that the broker has read for the filter, as they are stored
 * @param skippedBytes bytes of the log that it has passed over without reading them, because its
 *     indexes of times and sources exclude a match
 */
public record FilterCounters(
    long scannedEvents,
    long matchedEvents,
    long typeMismatches,
    long notJson,
    long patternsSkipped,
    long readBytes,
    long skippedBytes) {

  /** All numbers are 0. */
  public static final FilterCounters NONE = new FilterCounters(0, 0, 0, 0, 0, 0, 0);

  /** The sums of both. */
  public FilterCounters plus(FilterCounters other) {
    return new FilterCounters(
        scannedEvents + other.scannedEvents,
        matchedEvents + other.matchedEvents,
        typeMismatches + other.typeMismatches,
        notJson + other.notJson,
        patternsSkipped + other.patternsSkipped,
        readBytes + other.readBytes,
        skippedBytes + other.skippedBytes);
  }
}
