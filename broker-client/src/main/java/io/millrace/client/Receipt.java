package io.millrace.client;

import java.time.Instant;

/**
 * The broker's word for an event: it is stored, here, as safely as the producer's {@link Ack} says.
 *
 * @param topic the topic's name
 * @param partition from 0
 * @param offset the event's place in the partition; {@link #UNKNOWN_OFFSET} with {@link Ack#NONE},
 *     when a resent event turned out to have been stored too long ago for the broker to tell, and
 *     when a named producer was given an event that had been stored before it was opened
 * @param appendTime the broker's clock when it appended the batch, in microseconds; null where the
 *     offset is unknown
 */
public record Receipt(String topic, int partition, long offset, Instant appendTime) {

  /** The offset of an event whose place the broker did not tell. */
  public static final long UNKNOWN_OFFSET = -1;
}
