package io.millrace.client;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Topics: made, changed, listed, removed. Thread-safe; every call blocks until the broker has
 * answered, at most for the client's request timeout.
 *
 * <p>A call that only asks, and {@link #alterTopic}, is repeated over a broken connection. {@link
 * #createTopic} and {@link #deleteTopic} are not once they were sent: when the connection breaks
 * before the answer they fail with {@code CONNECTION_LOST}, and {@link #describeTopic} tells what
 * became of them.
 *
 * <p>All fail with a {@link MillraceException}: {@code SERVER_UNREACHABLE} when no connection could
 * be made, {@code REQUEST_TIMEOUT} when no answer came, or the broker's own code.
 */
public interface Admin {

  /**
   * Makes a topic.
   *
   * @return the topic as made
   * @throws MillraceException {@code TOPIC_EXISTS}, {@code INVALID_TOPIC_NAME}, {@code
   *     INVALID_TOPIC_SETTING}, {@code INVALID_PARTITION_COUNT}, {@code LIMIT_REACHED}
   */
  TopicDescription createTopic(String name, TopicSpec spec);

  /**
   * Changes settings of a topic; those not named stay as they are.
   *
   * @return the topic as changed
   * @throws MillraceException {@code UNKNOWN_TOPIC}, {@code INVALID_TOPIC_SETTING}
   */
  TopicDescription alterTopic(String name, Map<String, String> settings);

  /**
   * Removes a topic with all its events. There is no way back.
   *
   * @throws MillraceException {@code UNKNOWN_TOPIC}
   */
  void deleteTopic(String name);

  /** All topics, by name. */
  List<TopicDescription> listTopics();

  /**
   * One topic.
   *
   * @throws MillraceException {@code UNKNOWN_TOPIC}
   */
  TopicDescription describeTopic(String name);

  /**
   * The sources of a topic's durable events, by name, over all partitions. The broker scans the
   * whole topic for it.
   *
   * @throws MillraceException {@code UNKNOWN_TOPIC}
   */
  List<SourceDescription> listSources(String topic);

  /**
   * The offset of a partition's first durable event, by offset, whose event time is at or after an
   * instant; the durable offset if there is none.
   *
   * @param timestamp what is finer than a microsecond is cut off
   * @throws MillraceException {@code UNKNOWN_TOPIC}, {@code UNKNOWN_PARTITION}
   */
  long offsetForTime(String topic, int partition, Instant timestamp);
}
