package io.millrace.client;

import java.time.Instant;

/**
 * A source of a topic's visible events.
 *
 * @param source the source
 * @param count how many events of it are kept, over all partitions
 * @param firstSeen smallest event time
 * @param lastSeen largest event time
 */
public record SourceDescription(String source, long count, Instant firstSeen, Instant lastSeen) {}
