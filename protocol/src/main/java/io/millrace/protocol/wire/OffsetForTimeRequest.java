package io.millrace.protocol.wire;

import io.millrace.protocol.IsolationLevel;
import java.util.UUID;

/**
 * Requests the offset of the first event whose event time is at least a given time.
 *
 * @param topicId the id of the topic
 * @param partition index of the partition
 * @param eventTimeMicros microseconds since the epoch, UTC
 * @param isolation the limit up to which events are visible
 */
public record OffsetForTimeRequest(
    UUID topicId, int partition, long eventTimeMicros, IsolationLevel isolation)
    implements Request {

  static OffsetForTimeRequest decode(WireReader in) {
    return new OffsetForTimeRequest(
        in.uuid("topicId"),
        in.i32("partition"),
        in.i64("eventTimeMicros"),
        in.isolation("isolation"));
  }

  @Override
  public Api api() {
    return Api.OFFSET_FOR_TIME;
  }

  @Override
  public void encode(WireWriter out) {
    out.uuid(topicId);
    out.i32(partition);
    out.i64(eventTimeMicros);
    out.u8(isolation.code());
  }
}
