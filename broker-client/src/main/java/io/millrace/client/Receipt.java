package io.millrace.client;

import java.time.Instant;

/**
 * The confirmation that an event has reached the producer's {@link Ack} level.
 *
 * @param topic the name of the topic
 * @param partition the partition, from 0
 * @param offset the offset of the event in its partition. It is {@link #UNKNOWN_OFFSET} in three
 *     cases: with {@link Ack#NONE}; if a resent event was stored too long ago for the broker to
 *     remember its offset; and if an event of a named producer was stored before the producer was
 *     opened
 * @param appendTime the time of the broker's clock when the batch was appended, in microseconds;
 *     null if the offset is unknown
 */
public record Receipt(String topic, int partition, long offset, Instant appendTime) {

  /** The value of {@link #offset} if the client does not know the offset. */
  public static final long UNKNOWN_OFFSET = -1;
}
