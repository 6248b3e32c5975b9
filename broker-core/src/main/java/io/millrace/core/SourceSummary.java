package io.millrace.core;

/**
 * A source and a summary of its events.
 *
 * @param count number of events
 * @param firstSeenMicros smallest event time
 * @param lastSeenMicros largest event time
 * @param lastAppendMicros largest append time
 * @param eventsPerSecond rate of appends; the older an event, the less it counts
 * @param meanSkewMicros mean of append time minus event time, with the same weights
 * @param maxSkewMicros largest append time minus event time
 * @param lastSequence largest number of an event among those of the source; -1: none has a number
 * @param missing as {@link SourceNumbers#missing}
 * @param repeated as {@link SourceNumbers#repeated}
 */
public record SourceSummary(
    String source,
    long count,
    long firstSeenMicros,
    long lastSeenMicros,
    long lastAppendMicros,
    double eventsPerSecond,
    long meanSkewMicros,
    long maxSkewMicros,
    long lastSequence,
    long missing,
    long repeated) {}
