package io.millrace.client;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Creates, changes, describes and deletes topics, deletes events, describes the broker, and
 * administers groups, users, tokens and rules. Thread-safe.
 *
 * <p><b>Blocking.</b> Every call blocks until the broker has answered. The {@linkplain
 * MillraceClient.Builder#requestTimeout request timeout} limits each request; {@link #listSources},
 * {@link #listSourcesExactly}, {@link #offsetForTime} and {@link #deleteEventsBefore(String, Map)}
 * send two requests.
 *
 * <p><b>Broken connections.</b> When the connection breaks before the response, the client repeats
 * queries, {@link #alterTopic}, {@link #addPartitions} and {@code deleteEventsBefore} over the next
 * connection. It does not repeat {@link #createTopic}, {@link #deleteTopic} and {@link
 * #deleteGroup} once they are sent: they fail with {@code CONNECTION_LOST}. Then {@link
 * #describeTopic} shows whether the broker has executed them.
 *
 * <p><b>Errors.</b> All calls throw a {@link MillraceException}: {@code SERVER_UNREACHABLE} without
 * a connection, {@code REQUEST_TIMEOUT} without a response, {@code CLOSED}, {@code INTERRUPTED}, or
 * the broker's code. They throw {@link IllegalStateException} on the client's event loop, which
 * must not block.
 */
public interface Admin {

  /**
   * Creates a topic.
   *
   * @param name the name of the topic
   * @param spec the number of partitions, and the settings that differ from the broker's defaults
   * @return the new topic
   * @throws MillraceException {@code TOPIC_EXISTS}, {@code INVALID_TOPIC_NAME}, {@code
   *     INVALID_TOPIC_SETTING}, {@code INVALID_PARTITION_COUNT}, {@code LIMIT_REACHED}
   */
  TopicDescription createTopic(String name, TopicSpec spec);

  /**
   * Changes settings of a topic. Settings that are not in the map stay unchanged.
   *
   * @param name the name of the topic
   * @param settings the new values, by setting; see {@link TopicSpec}
   * @return the changed topic
   * @throws MillraceException {@code UNKNOWN_TOPIC}, {@code INVALID_TOPIC_SETTING}
   */
  TopicDescription alterTopic(String name, Map<String, String> settings);

  /**
   * Adds partitions to a topic. They are empty, and have the next numbers. If the topic has this
   * number of partitions already, nothing changes. A topic cannot lose partitions.
   *
   * <p>Most keys belong to another partition afterwards. So events of one key are in order only
   * before the change and after it, not across it. Producers and consumers keep the partitions that
   * the topic had when they were built: build them again to use the new ones. Do not add partitions
   * while an import with a named producer is unfinished, because the repeated import would send
   * events to other partitions than before, and store them twice.
   *
   * @param name the name of the topic
   * @param partitions the number of partitions that the topic is to have in all
   * @return the changed topic
   * @throws MillraceException {@code UNKNOWN_TOPIC}, {@code INVALID_PARTITION_COUNT}, {@code
   *     LIMIT_REACHED}, {@code UNSUPPORTED_VERSION} if the broker is too old for this request
   */
  TopicDescription addPartitions(String name, int partitions);

  /**
   * Deletes a topic and all its events. This cannot be undone.
   *
   * @throws MillraceException {@code UNKNOWN_TOPIC}
   */
  void deleteTopic(String name);

  /**
   * Deletes the events of partitions that are below an offset. This cannot be undone. Afterwards
   * the partition starts at this offset, also after a power failure. The broker frees the space
   * later, in the background. A consumer whose next event is deleted fails with {@code
   * OFFSET_OUT_OF_RANGE}.
   *
   * @param topic the name of the topic
   * @param offsets by partition, from 0: the offset of the first event to keep, at most the {@link
   *     PartitionDescription#durable} offset. At an offset at or below the start, nothing is
   *     deleted. Partitions that are not in the map keep all events
   * @return by partition, for the same partitions: the offset of the first event that is kept. It
   *     can be greater than the given one
   * @throws EventDeletionException if at least one partition has failed, for example with {@code
   *     OFFSET_OUT_OF_RANGE} because the offset is greater than the durable one
   * @throws MillraceException {@code UNKNOWN_TOPIC}, {@code UNKNOWN_PARTITION}, {@code
   *     INVALID_REQUEST} for an offset below 0, {@code UNSUPPORTED_VERSION} if the broker is too
   *     old for this request; no event is deleted. With more than 1,000 partitions, the client
   *     sends several requests. If the first fails as a whole, this is its failure; if a later one
   *     does, {@link EventDeletionException} has the results of those before it
   */
  Map<Integer, Long> deleteEventsBefore(String topic, Map<Integer, Long> offsets);

  /**
   * As {@link #deleteEventsBefore(String, Map)}, for offsets that were chosen for a topic that was
   * described before. Deletes nothing in another topic of the same name, which was created since.
   *
   * @param topic the topic, with the partitions that it had then
   * @throws MillraceException {@code UNKNOWN_TOPIC} if the topic has been deleted since, even if
   *     its name is in use again
   */
  Map<Integer, Long> deleteEventsBefore(TopicDescription topic, Map<Integer, Long> offsets);

  /** Returns all topics, sorted by name. */
  List<TopicDescription> listTopics();

  /**
   * Returns one topic.
   *
   * @throws MillraceException {@code UNKNOWN_TOPIC}
   */
  TopicDescription describeTopic(String name);

  /**
   * Returns the sources of the durable events of a topic, over all partitions, sorted by name. The
   * broker keeps a summary: it reads the whole topic at the first call, and only newer events at a
   * later one. Events that are deleted after they were counted stay counted. The summary names a
   * limited number of sources ({@link SourceListing#otherEvents}). It leaves damaged events out,
   * and says which. A broker of an earlier version answers as {@link #listSourcesExactly}.
   *
   * @throws MillraceException {@code UNKNOWN_TOPIC}; {@code CORRUPT_LOG} if events are damaged and
   *     the broker is of a version that does not leave them out
   */
  SourceListing listSources(String topic);

  /**
   * As {@link #listSources}, from a scan of all events that the topic keeps now.
   *
   * @throws MillraceException in addition {@code LIMIT_REACHED} if the topic has more sources than
   *     fit into the broker's memory
   */
  SourceListing listSourcesExactly(String topic);

  /**
   * Returns the offset of the first durable event of a partition, by offset, whose event time is at
   * or after an instant. If there is none, it is the offset after the last durable event. If there
   * are damaged events before it that may have such a time, it is the first damaged offset: a
   * consumer that starts there learns of the damage.
   *
   * @param partition the partition, from 0
   * @param timestamp the event time; units smaller than a microsecond are cut off
   * @throws MillraceException {@code UNKNOWN_TOPIC}, {@code UNKNOWN_PARTITION}; {@code CORRUPT_LOG}
   *     while the broker looks for damage that the search has met; the {@link
   *     PartitionDescription#failure} of a partition that cannot be read
   * @throws IllegalArgumentException if 64 bits of microseconds cannot hold the time
   */
  long offsetForTime(String topic, int partition, Instant timestamp);

  /**
   * Returns the damaged ranges of all topics, internal ones included.
   *
   * @throws MillraceException {@code UNSUPPORTED_VERSION} if the broker is too old for this request
   */
  DamageList listDamage();

  /**
   * Returns the damaged ranges of one topic.
   *
   * @throws MillraceException {@code UNKNOWN_TOPIC}, {@code UNSUPPORTED_VERSION} if the broker is
   *     too old for this request
   */
  DamageList listDamage(String topic);

  /**
   * Returns the first damaged range of a partition that ends after an offset. After {@code
   * CORRUPT_LOG}, a new consumer can continue at its {@link DamagedEvents#endOffset} if the range
   * {@linkplain DamagedEvents#contains contains} the offset. If it does not, there can be whole
   * events before it, and the broker has not found the damage yet: read again at the same offset.
   *
   * @param partition the partition, from 0
   * @param offset the offset of the next event, for example a {@link Consumer#position}
   * @return empty if the broker knows of no such damage
   * @throws MillraceException {@code UNKNOWN_TOPIC}, {@code UNKNOWN_PARTITION}, {@code
   *     UNSUPPORTED_VERSION} if the broker is too old for this request
   */
  Optional<DamagedEvents> nextDamage(String topic, int partition, long offset);

  /**
   * Returns the state of the broker as a whole.
   *
   * @throws MillraceException {@code UNSUPPORTED_VERSION} if the broker is too old for this request
   */
  BrokerDescription describeBroker();

  /**
   * Returns all groups, sorted by name.
   *
   * @throws MillraceException {@code UNSUPPORTED_VERSION} if the broker is too old for groups
   */
  List<GroupListing> listGroups();

  /**
   * Returns the members, the positions and the lag of a group.
   *
   * @throws MillraceException {@code UNKNOWN_GROUP}, {@code UNSUPPORTED_VERSION} if the broker is
   *     too old for groups
   */
  GroupDetails describeGroup(String group);

  /**
   * Says what {@link #resetGroup} would do, and changes nothing.
   *
   * @throws MillraceException as {@code resetGroup}
   */
  List<PositionChange> previewReset(String group, GroupReset reset);

  /**
   * Sets the positions of a group without members in a topic, forward or back: all of them or none.
   *
   * @return by partition, in order
   * @throws MillraceException {@code UNKNOWN_GROUP}, {@code GROUP_NOT_EMPTY} if the group has
   *     members, {@code UNKNOWN_TOPIC}, {@code UNKNOWN_PARTITION}, {@code OFFSET_OUT_OF_RANGE},
   *     {@code UNSUPPORTED_VERSION} if the broker is too old for groups
   */
  List<PositionChange> resetGroup(String group, GroupReset reset);

  /**
   * Sets after which time the positions of a group without members expire. By default they never
   * do.
   *
   * @param offsetRetention the time since the last member left, and since the commit; zero: never
   * @throws MillraceException {@code UNKNOWN_GROUP}, {@code INVALID_REQUEST}, {@code
   *     UNSUPPORTED_VERSION} if the broker is too old for groups
   */
  void configureGroup(String group, Duration offsetRetention);

  /**
   * Deletes a group without members, with its positions. This cannot be undone.
   *
   * @throws MillraceException {@code UNKNOWN_GROUP}, {@code GROUP_NOT_EMPTY} if the group has
   *     members, {@code UNSUPPORTED_VERSION} if the broker is too old for groups
   */
  void deleteGroup(String group);

  /** The administration of users, tokens and rules. */
  AccessAdmin access();
}
