package io.millrace.core;

import io.millrace.group.Reply;
import io.millrace.protocol.LagReason;
import java.util.Objects;
import java.util.Optional;

/**
 * How far a group is behind in one partition, and why.
 *
 * @param topic name of the topic
 * @param start offset of the first event that is kept
 * @param end one past the last durable event
 * @param events events between the position, or the start if there is none, and the end
 * @param micros time since the append of the first of them; 0 without any
 * @param eventsIn appended events per second, of the last minute
 * @param eventsOut events per second by which the position moves, of the last minute
 * @param catchUpMicros time until there is no lag at these rates; {@link #NEVER}
 * @param text the reason in words
 * @param queue the partition of a queue; empty: the group has members
 */
public record GroupLag(
    Reply.PartitionView view,
    String topic,
    long start,
    long end,
    long events,
    long micros,
    double eventsIn,
    double eventsOut,
    long catchUpMicros,
    LagReason reason,
    String text,
    Optional<Reply.QueuePartitionView> queue) {

  /** The group does not catch up at the present rates. */
  public static final long NEVER = -1;

  public GroupLag {
    Objects.requireNonNull(view, "view");
    Objects.requireNonNull(reason, "reason");
  }
}
