package io.millrace.protocol.wire;

import java.util.UUID;

/**
 * A partition of a queue. {@link GroupPartitionInfo} has its lag.
 *
 * @param topicId id of the topic
 * @param partition number of the partition
 * @param start every event below this offset is done
 * @param next the queue has looked at every event below this offset; without a consumer, one past
 *     the last event of which something is stored
 * @param available events below {@code next} that wait for a consumer
 * @param locked events that a consumer has locked
 * @param waiting events that wait after a failed delivery, or because a consumer wants it so
 * @param deadLetters events whose dead letter is not written yet
 * @param failedAttempts sum of the failed deliveries of all events that are not done
 * @param deadLettered events that became dead letters, or were dropped instead, since the last
 *     reset
 * @param failing whether most deliveries fail, so that the queue hands out single events only
 * @param problem why the queue or its dead letters do not continue here, in words; empty: they do
 */
public record QueuePartitionInfo(
    UUID topicId,
    int partition,
    long start,
    long next,
    int available,
    int locked,
    int waiting,
    int deadLetters,
    long failedAttempts,
    long deadLettered,
    boolean failing,
    String problem) {

  static final int MIN_BYTES =
      16 + 4 + 8 + 8 + 4 + 4 + 4 + 4 + 8 + 8 + 1 + WireReader.MIN_STRING_BYTES;

  static QueuePartitionInfo decode(WireReader in) {
    return new QueuePartitionInfo(
        in.uuid("topicId"),
        in.i32("partition"),
        in.i64("start"),
        in.i64("next"),
        in.i32("available"),
        in.i32("locked"),
        in.i32("waiting"),
        in.i32("deadLetters"),
        in.i64("failedAttempts"),
        in.i64("deadLettered"),
        in.bool("failing"),
        in.string("problem"));
  }

  void encode(WireWriter out) {
    out.uuid(topicId);
    out.i32(partition);
    out.i64(start);
    out.i64(next);
    out.i32(available);
    out.i32(locked);
    out.i32(waiting);
    out.i32(deadLetters);
    out.i64(failedAttempts);
    out.i64(deadLettered);
    out.bool(failing);
    out.string(problem);
  }
}
