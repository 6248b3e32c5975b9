package io.millrace.protocol.wire;

import java.util.UUID;

/**
 * Opens a queue on the connection: makes the client a consumer of a topic, or continues a consumer.
 * Makes the group if there is none.
 *
 * @param queueId chosen by the client, unique in its connection
 * @param group name of the group
 * @param topic name of the topic
 * @param session the consumer: a random number that the client makes up, and tells nobody. With the
 *     session of a consumer whose connection ended less than 5 s ago, or of one that is open on
 *     another connection, the client continues it, with all its locks
 * @param settings the new settings of the group
 */
public record OpenQueueRequest(
    int queueId, String group, String topic, UUID session, QueueSettingsInfo settings)
    implements Request {

  static OpenQueueRequest decode(WireReader in) {
    return new OpenQueueRequest(
        in.i32("queueId"),
        in.string("group"),
        in.string("topic"),
        in.uuid("session"),
        QueueSettingsInfo.decode(in));
  }

  @Override
  public Api api() {
    return Api.OPEN_QUEUE;
  }

  @Override
  public void encode(WireWriter out) {
    out.i32(queueId);
    out.string(group);
    out.string(topic);
    out.uuid(session);
    settings.encode(out);
  }
}
