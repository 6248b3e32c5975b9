package io.millrace.cli.consume;

import io.millrace.cli.format.EventTime;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.FilterCounters;
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
import java.util.function.Predicate;

/**
 * Reads the last durable events of a topic, over all partitions, in the order of their append time.
 * Used by one thread.
 *
 * <p>A log cannot be read backwards. The reader therefore reads a range before the end of each
 * partition. If the range has too few matching events, it reads one that is eight times as long.
 * The broker filters by source and with the filter.
 *
 * <p>Damaged events have no known source and time. Unless they are skipped, no event before them is
 * one of the last. They are a failure only if they can be among the events that are asked for.
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
  private final Predicate<ConsumedEvent> wanted;
  private final UnreadOffsets unread;

  private FilterCounters filterCounters = FilterCounters.NONE;

  /**
   * Creates a reader.
   *
   * @param client the client, which the reader does not close
   * @param notBeforeMicros earliest event time of a wanted event; MIN_VALUE: any time
   * @param wanted whether an event counts; an event can be tested more than once
   * @param unread gets the damage, after which it must have the partition read on, and the
   *     partitions that cannot be read to their end
   */
  LastEventsReader(
      MillraceClient client,
      TopicReader.Selection selection,
      long notBeforeMicros,
      Predicate<ConsumedEvent> wanted,
      UnreadOffsets unread) {
    this.client = client;
    this.selection = selection;
    this.notBeforeMicros = notBeforeMicros;
    this.wanted = wanted;
    this.unread = unread;
  }

  /** What the filter has done in all reads. An event that was read twice counts twice. */
  FilterCounters filterCounters() {
    return filterCounters;
  }

  /** Reads the last {@code count} events before the durable ends of the given descriptions. */
  List<ConsumedEvent> read(List<PartitionDescription> partitions, int count) {
    List<ConsumedEvent> events = new ArrayList<>();
    for (PartitionDescription partition : partitions) {
      Collection<ConsumedEvent> last = lastOf(partition, count);
      if (last.size() == count) {
        unread.forgetLeftOut(partition.partition());
      }
      events.addAll(last);
    }
    events.sort(BY_APPEND_TIME);
    int first = Math.max(0, events.size() - count);
    if (count > 0 && events.size() >= count) {
      // What is before the oldest of the last events, or before an older one, is older than all.
      events.subList(0, first + 1).forEach(event -> unread.forgetLeftOut(event.partition()));
    }
    return events.subList(first, events.size());
  }

  private Collection<ConsumedEvent> lastOf(PartitionDescription partition, int count) {
    if (count == 0 || partition.start() == partition.durable()) {
      return List.of();
    }
    if (notBeforeMicros != Long.MIN_VALUE) {
      Instant since = EventTime.toInstant(notBeforeMicros);
      return lastFrom(StartPosition.timestamp(since), partition, count);
    }
    Collection<ConsumedEvent> events = List.of();
    for (long range = count; ; range *= RANGE_GROWTH) {
      boolean isAll = range >= partition.durable() - partition.start();
      StartPosition begin =
          isAll ? StartPosition.earliest() : StartPosition.offset(partition.durable() - range);
      Collection<ConsumedEvent> inRange = lastFrom(begin, partition, count);
      long wholeFrom = unread.wholeFrom(partition.partition());
      if (wholeFrom < Long.MAX_VALUE) {
        events = inRange; // Else the shorter range has the last ones that can be read.
      }
      if (isAll || events.size() == count || wholeFrom > 0) {
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
          if (event.offset() < partition.durable() && wanted.test(event)) {
            last.addLast(event);
          }
          if (last.size() > count) {
            last.removeFirst();
          }
        }
      }
      filterCounters = filterCounters.plus(reader.filterCounters());
    }
    long wholeFrom = unread.wholeFrom(number);
    last.removeIf(event -> event.offset() < wholeFrom);
    return last;
  }
}
