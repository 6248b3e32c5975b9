package io.millrace.core;

import io.millrace.group.queue.QueueWish;
import java.util.Objects;
import java.util.UUID;

/**
 * The request of a consumer of a queue.
 *
 * @param group name of the group
 * @param topic name of the topic
 * @param session id of the consumer, which its client has made up and tells nobody
 * @param clientId name of the client, for people
 * @param host address of the client, for people
 * @param lastLock highest number of a lock that the client knows of; see {@link
 *     io.millrace.group.Command.OpenQueue}
 * @param wish settings that the queue gets
 */
public record QueueOpening(
    String group,
    String topic,
    UUID session,
    String clientId,
    String host,
    long lastLock,
    QueueWish wish) {

  public QueueOpening {
    Objects.requireNonNull(group, "group");
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(session, "session");
    Objects.requireNonNull(wish, "wish");
  }
}
