package io.millrace.client;

import java.time.Duration;
import java.util.List;

/**
 * The state of a group that is a queue.
 *
 * @param settings its settings
 * @param consumers its consumers
 * @param partitions the partitions that consumers have taken from since the broker was started, or
 *     in which events are done, sorted by topic and number
 */
public record QueueDetails(
    QueueSettings settings, List<Consumer> consumers, List<Partition> partitions) {

  public QueueDetails {
    consumers = List.copyOf(consumers);
    partitions = List.copyOf(partitions);
  }

  /**
   * A consumer.
   *
   * @param session the start of its id
   * @param clientId the name of its client
   * @param host the address of its client
   * @param topic the name of the topic that it takes from
   * @param locked the number of events that are locked for it
   * @param sinceOpened the time since it opened the queue
   * @param sinceProgress the time since it last took or settled an event
   * @param away whether its connection has ended, and it may come back
   */
  public record Consumer(
      String session,
      String clientId,
      String host,
      String topic,
      int locked,
      Duration sinceOpened,
      Duration sinceProgress,
      boolean away) {}

  /**
   * A partition.
   *
   * @param topic the name of the topic
   * @param partition the number of the partition, from 0
   * @param start every event below this offset is done
   * @param next the queue has looked at every event below this offset; without a consumer, one past
   *     the last event of which something is stored
   * @param available events below {@code next} that can be taken
   * @param locked events that are locked
   * @param waiting events that come again later
   * @param unwrittenDeadLetters events whose dead letter is not stored yet
   * @param failedAttempts the failed attempts of all events that are not done
   * @param deadLetters events that became dead letters, or were discarded, since the last reset
   * @param failing whether most attempts fail, so that the queue hands out single events
   * @param problem why the queue or its dead letters do not continue, in words; empty: they do
   */
  public record Partition(
      String topic,
      int partition,
      long start,
      long next,
      int available,
      int locked,
      int waiting,
      int unwrittenDeadLetters,
      long failedAttempts,
      long deadLetters,
      boolean failing,
      String problem) {}
}
