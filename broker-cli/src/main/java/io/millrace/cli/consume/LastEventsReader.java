package io.millrace.cli.consume;

import io.millrace.cli.format.EventTime;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.MillraceClient;
import io.millrace.client.PartitionDescription;
import io.millrace.client.StartPosition;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * Reads the last durable events of a topic, over all partitions, in the order of their append time.
 * Used by one thread.
 *
 * <p>A log cannot be read backwards. The reader therefore reads a range before the end of each
 * partition. If the range has too few matching events, it reads one that is eight times as long.
 * The broker filters by source.
 */
final class LastEventsReader {

  private static final int RANGE_GROWTH = 8;

  private static final Comparator<ConsumedEvent> BY_APPEND_TIME =
      Comparator.comparingLong(ConsumedEvent::appendTimeMicros)
          .thenComparingInt(ConsumedEvent::partition)
          .thenComparingLong(ConsumedEvent::offset);

  private final MillraceClient client;
  private final TopicReader.Selection selection;
  private final long notBeforeMicros;
  private final UnreadOffsets unread;

  /**
   * Creates a reader.
   *
   * @param client the client, which the reader does not close
   * @param notBeforeMicros only events with this event time or later; MIN_VALUE: any time
   * @param unread gets the partitions that cannot be read to their end
   */
  LastEventsReader(
      MillraceClient client,
      TopicReader.Selection selection,
      long notBeforeMicros,
      UnreadOffsets unread) {
    this.client = client;
    this.selection = selection;
    this.notBeforeMicros = notBeforeMicros;
    this.unread = unread;
  }

  /** Reads the last {@code count} events before the durable ends of the given descriptions. */
  List<ConsumedEvent> read(List<PartitionDescription> partitions, int count) {
    List<ConsumedEvent> events = new ArrayList<>();
    for (PartitionDescription partition : partitions) {
      events.addAll(lastOf(partition, count));
    }
    events.sort(BY_APPEND_TIME);
    return events.subList(Math.max(0, events.size() - count), events.size());
  }

  private Collection<ConsumedEvent> lastOf(PartitionDescription partition, int count) {
    if (count == 0 || partition.start() == partition.durable()) {
      return List.of();
    }
    if (notBeforeMicros != Long.MIN_VALUE) {
      Instant since = EventTime.toInstant(notBeforeMicros);
      return lastFrom(StartPosition.timestamp(since), partition, count);
    }
    for (long range = count; ; range *= RANGE_GROWTH) {
      if (range >= partition.durable() - partition.start()) {
        return lastFrom(StartPosition.earliest(), partition, count);
      }
      StartPosition begin = StartPosition.offset(partition.durable() - range);
      Collection<ConsumedEvent> events = lastFrom(begin, partition, count);
      if (events.size() == count || unread.hasFailureOf(partition.partition())) {
        return events;
      }
    }
  }

  private Collection<ConsumedEvent> lastFrom(
      StartPosition begin, PartitionDescription partition, int count) {
    int number = partition.partition();
    Deque<ConsumedEvent> last = new ArrayDeque<>();
    try (TopicReader reader =
        TopicReader.open(
            client,
            selection,
            Map.of(number, begin),
            Map.of(number, partition.durable()),
            unread)) {
      while (!reader.isRead()) {
        for (ConsumedEvent event : reader.poll()) {
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
