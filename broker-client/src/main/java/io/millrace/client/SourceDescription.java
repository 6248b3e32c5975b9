package io.millrace.client;

import java.time.Instant;

/**
 * A source of events in a topic.
 *
 * @param source the name of the source
 * @param events the number of its durable events that are kept, over all partitions
 * @param firstSeen the smallest event time of these events, in microseconds
 * @param lastSeen the largest event time of these events, in microseconds
 */
public record SourceDescription(String source, long events, Instant firstSeen, Instant lastSeen) {}
