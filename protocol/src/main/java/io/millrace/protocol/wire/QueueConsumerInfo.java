package io.millrace.protocol.wire;

import java.util.UUID;

/**
 * A consumer of a queue.
 *
 * @param session the first 8 digits of its session; the others are secret
 * @param clientId name of its client
 * @param host address of its client
 * @param topicId id of the topic that it takes from
 * @param locked number of events that it has locked
 * @param openMicros time since it opened the queue
 * @param sinceProgressMicros time since it last took or settled an event
 * @param away whether its connection has ended; it is removed if it does not come back
 */
public record QueueConsumerInfo(
    String session,
    String clientId,
    String host,
    UUID topicId,
    int locked,
    long openMicros,
    long sinceProgressMicros,
    boolean away) {

  static final int MIN_BYTES =
      WireReader.MIN_STRING_BYTES
          + WireReader.MIN_STRING_BYTES
          + WireReader.MIN_STRING_BYTES
          + 16
          + 4
          + 8
          + 8
          + 1;

  static QueueConsumerInfo decode(WireReader in) {
    return new QueueConsumerInfo(
        in.string("session"),
        in.string("clientId"),
        in.string("host"),
        in.uuid("topicId"),
        in.i32("locked"),
        in.i64("openMicros"),
        in.i64("sinceProgressMicros"),
        in.bool("away"));
  }

  void encode(WireWriter out) {
    out.string(session);
    out.string(clientId);
    out.string(host);
    out.uuid(topicId);
    out.i32(locked);
    out.i64(openMicros);
    out.i64(sinceProgressMicros);
    out.bool(away);
  }
}
