package io.millrace.protocol.wire;

import java.util.UUID;

/**
 * The queue is open.
 *
 * @param continued whether the session was known, and the consumer still has its locks
 * @param settings the settings of the queue, without "as the queue has it"
 * @param topicId id of the topic
 * @param partitions number of its partitions
 */
public record OpenQueueResponse(
    boolean continued, QueueSettingsInfo settings, UUID topicId, int partitions)
    implements Response {

  static OpenQueueResponse decode(WireReader in) {
    return new OpenQueueResponse(
        in.bool("continued"),
        QueueSettingsInfo.decode(in),
        in.uuid("topicId"),
        in.i32("partitions"));
  }

  @Override
  public void encode(WireWriter out) {
    out.bool(continued);
    settings.encode(out);
    out.uuid(topicId);
    out.i32(partitions);
  }
}
