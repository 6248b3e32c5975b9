package io.millrace.protocol.wire;

import io.millrace.protocol.LagReason;
import java.util.UUID;

/**
 * A partition of a group, with its lag.
 *
 * @param topic name of the topic
 * @param topicId id of the topic
 * @param partition number of the partition
 * @param owner first 8 characters of the id of the member that has it; empty: none
 * @param next the same of the member that waits for it; empty: it does not move
 * @param committed offset of the next event to process; -1: no position
 * @param metadata a text of the client that committed
 * @param committedAtMicros time of the commit; 0: no position
 * @param start offset of the first event that is kept
 * @param end one past the last durable event
 * @param lagEvents events between the position, or the start if there is none, and the end
 * @param lagMicros time since the append of the event at the position; 0 without lag
 * @param milliEventsIn rate of appends, in thousandths of an event per second
 * @param milliEventsOut rate at which the position moves, in thousandths of an event per second
 * @param catchUpMicros time until the lag is 0 at these rates; -1: never
 * @param reason why it lags
 * @param reasonText the reason in words
 */
public record GroupPartitionInfo(
    String topic,
    UUID topicId,
    int partition,
    String owner,
    String next,
    long committed,
    String metadata,
    long committedAtMicros,
    long start,
    long end,
    long lagEvents,
    long lagMicros,
    long milliEventsIn,
    long milliEventsOut,
    long catchUpMicros,
    LagReason reason,
    String reasonText) {

  static final int MIN_BYTES =
      WireReader.MIN_STRING_BYTES
          + 16
          + 4
          + WireReader.MIN_STRING_BYTES
          + WireReader.MIN_STRING_BYTES
          + 8
          + WireReader.MIN_STRING_BYTES
          + 8
          + 8
          + 8
          + 8
          + 8
          + 8
          + 8
          + 8
          + 1
          + WireReader.MIN_STRING_BYTES;

  static GroupPartitionInfo decode(WireReader in) {
    return new GroupPartitionInfo(
        in.string("topic"),
        in.uuid("topicId"),
        in.i32("partition"),
        in.string("owner"),
        in.string("next"),
        in.i64("committed"),
        in.string("metadata"),
        in.i64("committedAtMicros"),
        in.i64("start"),
        in.i64("end"),
        in.i64("lagEvents"),
        in.i64("lagMicros"),
        in.i64("milliEventsIn"),
        in.i64("milliEventsOut"),
        in.i64("catchUpMicros"),
        in.oneOf("reason", LagReason::ofCode),
        in.string("reasonText"));
  }

  void encode(WireWriter out) {
    out.string(topic);
    out.uuid(topicId);
    out.i32(partition);
    out.string(owner);
    out.string(next);
    out.i64(committed);
    out.string(metadata);
    out.i64(committedAtMicros);
    out.i64(start);
    out.i64(end);
    out.i64(lagEvents);
    out.i64(lagMicros);
    out.i64(milliEventsIn);
    out.i64(milliEventsOut);
    out.i64(catchUpMicros);
    out.u8(reason.code());
    out.string(reasonText);
  }
}
