package io.millrace.protocol.wire;

import io.millrace.protocol.Isolation;
import java.util.UUID;

/**
 * Asks for the first offset whose event is at least as late as a time.
 *
 * @param topicId of the topic
 * @param partition index of the partition
 * @param eventTimeMicros microseconds since the epoch, UTC
 * @param isolation how far to see
 */
public record OffsetForTimeRequest(
    UUID topicId, int partition, long eventTimeMicros, Isolation isolation) implements Request {

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
