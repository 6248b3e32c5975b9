package io.millrace.cli.consume;

import io.millrace.cli.command.Notices;
import io.millrace.cli.command.PartitionFailures;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.FilterCounters;
import io.millrace.client.Isolation;
import io.millrace.client.MillraceClient;
import io.millrace.client.PartitionReadException;
import io.millrace.client.StartPosition;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads partitions of a topic up to a bound each. A partition that cannot be read further does not
 * end the others: they are read on with another consumer, from their positions. Used by one thread,
 * except {@link #wakeup}.
 */
final class TopicReader implements AutoCloseable {

  /**
   * Which events are read.
   *
   * @param sources only events of these sources; empty: of all sources
   * @param where only events that match this filter; empty: all
   */
  record Selection(String topic, String[] sources, String where, Isolation isolation) {}

  private static final Duration POLL = Duration.ofMillis(500);

  private final MillraceClient client;
  private final Selection selection;
  private final Map<Integer, Long> bounds;
  private final UnreadOffsets unread;

  /** Where the partitions that are read begin, by partition. Without those that have ended. */
  private final Map<Integer, StartPosition> starts;

  /** The partitions that have been subscribed: their starts are where the reading has come to. */
  private final Set<Integer> begun = new HashSet<>();

  /** Null if partitions that are added are not read. */
  private AddedPartitions added;

  private Notices notices;

  /** What the filter has done in the consumers that are closed. */
  private FilterCounters closed = FilterCounters.NONE;

  /** Null if every partition has ended. */
  private volatile Consumer consumer;

  private TopicReader(
      MillraceClient client,
      Selection selection,
      Map<Integer, StartPosition> starts,
      Map<Integer, Long> bounds,
      UnreadOffsets unread) {
    this.client = client;
    this.selection = selection;
    this.starts = new TreeMap<>(starts);
    this.bounds = new HashMap<>(bounds);
    this.unread = unread;
  }

  /**
   * Subscribes. The caller closes the reader.
   *
   * @param starts the start of each partition to read
   * @param bounds one past the last offset to read, for each of these partitions
   * @param unread gets the partitions that cannot be read to their bound
   * @throws io.millrace.client.MillraceException if a partition has no such start
   */
  static TopicReader open(
      MillraceClient client,
      Selection selection,
      Map<Integer, StartPosition> starts,
      Map<Integer, Long> bounds,
      UnreadOffsets unread) {
    TopicReader reader = new TopicReader(client, selection, starts, bounds, unread);
    reader.subscribe();
    return reader;
  }

  /**
   * Also reads the partitions that are added to the topic, from their start, without a bound.
   *
   * @param known the number of partitions that the topic had when the command started
   * @param notices where they are announced
   */
  void follow(int known, Notices notices) {
    this.notices = notices;
    this.added = AddedPartitions.of(client.admin(), selection.topic(), known);
  }

  /** The next events, of any partition; events after the bound of a partition can be among them. */
  List<ConsumedEvent> poll() {
    if (added != null) {
      begin(added.next());
    }
    try {
      return consumer.poll(POLL);
    } catch (PartitionReadException e) {
      stop();
      leave(e, starts.get(e.partition()));
      subscribe();
      return List.of();
    }
  }

  /** Ends the subscriptions; the next ones continue after what was read. */
  private void stop() {
    Map<Integer, Long> positions = consumer.positions();
    closed = closed.plus(consumer.filterCounters());
    consumer.close();
    positions.forEach((partition, next) -> starts.put(partition, StartPosition.offset(next)));
  }

  private void begin(List<Integer> partitions) {
    if (partitions.isEmpty()) {
      return;
    }
    notices.say(
        "the topic has new partitions, which are read too: "
            + partitions.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    stop();
    for (int partition : partitions) {
      starts.put(partition, StartPosition.earliest());
      bounds.put(partition, Long.MAX_VALUE);
    }
    subscribe();
  }

  /** Whether an event is before the bound of its partition. */
  boolean isInBounds(ConsumedEvent event) {
    return event.offset() < bounds.get(event.partition());
  }

  /** Whether each partition has reached its bound or ended early. */
  boolean isRead() {
    return consumer == null
        || consumer.partitions().stream()
            .allMatch(partition -> consumer.position(partition) >= bounds.get(partition));
  }

  /** What the filter has done. */
  FilterCounters filterCounters() {
    return consumer == null ? closed : closed.plus(consumer.filterCounters());
  }

  /** Ends the wait of a poll. For any thread. */
  void wakeup() {
    Consumer reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
  }

  @Override
  public void close() {
    if (added != null) {
      added.close();
    }
    if (consumer != null) {
      consumer.close();
    }
  }

  private void subscribe() {
    while (!starts.isEmpty()) {
      try {
        consumer =
            client
                .consumer(selection.topic())
                .from(starts)
                .isolation(selection.isolation())
                .sources(selection.sources())
                .where(selection.where())
                .build();
        begun.addAll(starts.keySet());
        return;
      } catch (PartitionReadException e) {
        boolean isRefusedStart = consumer == null && !PartitionFailures.isOfOnePartition(e.code());
        StartPosition start = starts.get(e.partition());
        if (isRefusedStart) {
          throw unread.explained(e, start);
        }
        leave(e, start);
      }
    }
    consumer = null;
  }

  /** Continues at the same place or after the damage of a partition, or without the partition. */
  private void leave(PartitionReadException cause, StartPosition at) {
    int partition = cause.partition();
    starts.remove(partition);
    if (hasReachedBound(partition, at)) {
      return; // All that is asked for is read; the end of the partition does not matter.
    }
    Optional<StartPosition> readOn = unread.readOn(cause, at);
    if (readOn.isPresent()) {
      starts.put(partition, readOn.get());
    } else if (!starts.isEmpty()) {
      unread.sayThatOthersAreRead(partition);
    }
  }

  /** A partition that could not be subscribed has not reached its bound, even if that is 0. */
  private boolean hasReachedBound(int partition, StartPosition at) {
    return begun.contains(partition)
        && at instanceof StartPosition.Offset next
        && next.offset() >= bounds.get(partition);
  }
}
