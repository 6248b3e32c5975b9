package io.millrace.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A source of events in a topic.
 *
 * @param source the name of the source
 * @param events the number of its durable events, over all partitions. In an {@linkplain
 *     Admin#listSourcesExactly exact} list, of those that are kept
 * @param firstEventTime the smallest event time of these events, in microseconds
 * @param lastEventTime the largest event time of these events, in microseconds
 * @param arrival when the events arrive; empty if the broker is of a version that does not tell
 * @param numbering which numbers are missing; empty if no event has a {@linkplain
 *     Event.Builder#sourceSequence number}
 */
public record SourceDescription(
    String source,
    long events,
    Instant firstEventTime,
    Instant lastEventTime,
    Optional<Arrival> arrival,
    Optional<Numbering> numbering) {

  /**
   * When the events of a source arrive. The rate and the mean weigh an event the less the older it
   * is, by its append time: after a minute with 37 %.
   *
   * @param lastAppendTime the append time of the newest event, by the broker's clock
   * @param eventsPerSecond the rate of appends at {@link SourceListing#asOf}
   * @param meanSkew the mean of append time minus event time; negative if the source's clock is
   *     ahead
   * @param maxSkew the largest append time minus event time
   */
  public record Arrival(
      Instant lastAppendTime, double eventsPerSecond, Duration meanSkew, Duration maxSkew) {}

  /**
   * The numbers of the events of a source. If these events are in several partitions, {@code
   * missing} is by how many the events are fewer than the numbers from the smallest to the largest,
   * and {@code repeated} by how many they are more.
   *
   * @param last the largest number
   * @param missing how many numbers between the smallest and the largest no event has
   * @param repeated how many events have a number that an earlier event has, or that is 64 or more
   *     below the largest one when the event arrives
   */
  public record Numbering(long last, long missing, long repeated) {}
}
