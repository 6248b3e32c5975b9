package io.millrace.cli.consume;

import io.millrace.cli.format.EventTime;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.MillraceClient;
import io.millrace.client.PartitionDescription;
import io.millrace.client.StartPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * The last events before the end of a topic, over all partitions, in the order of their appending.
 *
 * <p>There is no index from the back. So a stretch before the end of each partition is read, and
 * one eight times as long while too few were found in it; the broker leaves out other sources.
 */
final class LastEventsReader {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final int WIDENING = 8;

  private static final Comparator<ConsumedEvent> APPENDED =
      Comparator.comparingLong(ConsumedEvent::appendTimeMicros)
          .thenComparingInt(ConsumedEvent::partition)
          .thenComparingLong(ConsumedEvent::offset);

  private final MillraceClient client;
  private final String topic;
  private final String[] sources;
  private final long notBeforeMicros;

  /**
   * Of these sources, all if none is named, and of this event time or later.
   *
   * @param notBeforeMicros MIN_VALUE: of any time
   */
  LastEventsReader(MillraceClient client, String topic, String[] sources, long notBeforeMicros) {
    this.client = client;
    this.topic = topic;
    this.sources = sources;
    this.notBeforeMicros = notBeforeMicros;
  }

  /** The last {@code count} durable events of partitions that end as described. */
  List<ConsumedEvent> read(List<PartitionDescription> partitions, int count) {
    List<ConsumedEvent> events = new ArrayList<>();
    for (PartitionDescription partition : partitions) {
      events.addAll(lastOf(partition, count));
    }
    events.sort(APPENDED);
    return events.subList(Math.max(0, events.size() - count), events.size());
  }

  private Collection<ConsumedEvent> lastOf(PartitionDescription partition, int count) {
    if (count == 0 || partition.start() == partition.durable()) {
      return List.of();
    }
    if (notBeforeMicros != Long.MIN_VALUE) {
      Instant since = EventTime.toInstant(notBeforeMicros);
      return lastAfter(StartPosition.timestamp(since), partition, count);
    }
    for (long stretch = count; ; stretch *= WIDENING) {
      if (stretch >= partition.durable() - partition.start()) {
        return lastAfter(StartPosition.earliest(), partition, count);
      }
      StartPosition begin = StartPosition.offset(partition.durable() - stretch);
      Collection<ConsumedEvent> events = lastAfter(begin, partition, count);
      if (events.size() == count) {
        return events;
      }
    }
  }

  private Collection<ConsumedEvent> lastAfter(
      StartPosition begin, PartitionDescription partition, int count) {
    int number = partition.partition();
    Deque<ConsumedEvent> last = new ArrayDeque<>();
    try (Consumer consumer =
        client.consumer(topic).partitions(number).from(begin).sources(sources).build()) {
      while (consumer.position(number) < partition.durable()) {
        for (ConsumedEvent event : consumer.poll(POLL)) {
          if (event.offset() < partition.durable() && event.timestampMicros() >= notBeforeMicros) {
            last.addLast(event);
          }
          if (last.size() > count) {
            last.removeFirst();
          }
        }
      }
    }
    return last;
  }
}
