package io.millrace.core;

import io.millrace.protocol.LagReason;

/**
 * The lag of a group as a whole.
 *
 * @param events the sum over its partitions
 * @param micros the largest of its partitions
 * @param reason that of the partition with the largest lag that has a reason
 * @param locked of a queue: events that consumers have
 * @param waiting of a queue: events that wait for their next attempt, or for their dead letter
 */
public record GroupLagSum(long events, long micros, LagReason reason, long locked, long waiting) {}
