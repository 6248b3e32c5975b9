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
 *     another connection, the client continues it, with its locks
 * @param lastLock highest number of a lock that an answer to a TAKE of this session has brought, or
 *     {@link #NO_LOCK}. A consumer that continues gives the locks with higher numbers back: their
 *     answers were lost
 * @param settings the new settings of the group
 */
public record OpenQueueRequest(
    int queueId,
    String group,
    String topic,
    UUID session,
    long lastLock,
    QueueSettingsInfo settings)
    implements Request {

  /** No answer has brought a lock yet. */
  public static final long NO_LOCK = -1;

  static OpenQueueRequest decode(WireReader in) {
    return new OpenQueueRequest(
        in.i32("queueId"),
        in.string("group"),
        in.string("topic"),
        in.uuid("session"),
        in.i64("lastLock"),
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
    out.i64(lastLock);
    settings.encode(out);
  }
}
