package io.millrace.group;

import io.millrace.group.queue.QueueDraft;
import io.millrace.group.queue.QueueOutcome;
import java.util.Objects;

/**
 * What a queue consumer says of events of one lock.
 *
 * @param lock number of the lock, from {@link Reply.Taken}
 * @param from offset of the first event
 * @param to offset of the last event; offsets between them that the lock does not have are ignored
 * @param delayMicros for {@code RELEASE}: time before others get the events, or {@link #BACK_OFF}
 * @param failed for {@code RELEASE}: the attempt counts as failed
 * @param reason for people, for {@code RELEASE} and {@code REJECT}: at most {@value
 *     GroupLimits#REASON_BYTES} bytes of UTF-8; goes into the dead letter
 */
public record EventSettlement(
    PartitionId partition,
    long lock,
    long from,
    long to,
    QueueOutcome outcome,
    long delayMicros,
    boolean failed,
    String reason) {

  /** No delay, or after a failed attempt that of the settings. */
  public static final long BACK_OFF = QueueDraft.BACK_OFF;

  public EventSettlement {
    Objects.requireNonNull(partition, "partition");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(reason, "reason");
  }
}
