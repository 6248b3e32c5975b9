package io.millrace.embedded;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.Isolation;
import io.millrace.client.MillraceClient;
import io.millrace.client.PartitionDescription;
import io.millrace.client.PartitionReadException;
import io.millrace.client.StartPosition;
import io.millrace.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Reads the events of a topic for a test. One thread. */
final class TopicEvents {

  private static final Comparator<ConsumedEvent> ORDER =
      Comparator.comparingInt(ConsumedEvent::partition).thenComparingLong(ConsumedEvent::offset);

  /** Of one poll: then the condition is checked again. */
  private static final Duration POLL = Duration.ofMillis(100);

  /** The events of a message that are printed. */
  private static final int PRINTED_EVENTS = 20;

  /** The characters of a value that are printed. */
  private static final int PRINTED_CHARACTERS = 100;

  private final MillraceClient client;
  private final String topic;
  private final List<ConsumedEvent> events = new ArrayList<>();

  TopicEvents(MillraceClient client, String topic) {
    this.client = client;
    this.topic = topic;
  }

  /** All events that are stored now, without those that are deleted while they are read. */
  List<ConsumedEvent> readToEnd(Duration timeout) {
    return unlessDeleted(() -> readOnce(timeout));
  }

  /** At least this number of events. */
  List<ConsumedEvent> await(int count, Duration timeout) {
    return unlessDeleted(() -> awaitOnce(count, timeout));
  }

  /** Reads again, from the new start, if events are deleted while they are read. */
  private List<ConsumedEvent> unlessDeleted(Supplier<List<ConsumedEvent>> read) {
    while (true) {
      try {
        return read.get();
      } catch (PartitionReadException e) {
        if (e.code() != ErrorCode.OFFSET_OUT_OF_RANGE) {
          throw e;
        }
        events.clear();
      }
    }
  }

  private List<ConsumedEvent> readOnce(Duration timeout) {
    Map<Integer, Long> ends = new HashMap<>();
    Map<Integer, StartPosition> starts = new HashMap<>();
    for (PartitionDescription partition : client.admin().describeTopic(topic).partitions()) {
      if (partition.start() < partition.end()) {
        ends.put(partition.partition(), partition.end());
        starts.put(partition.partition(), StartPosition.earliest());
      }
    }
    if (starts.isEmpty()) {
      return List.of();
    }
    try (Consumer consumer = consumer().from(starts).build()) {
      boolean complete =
          poll(
              consumer,
              timeout,
              reading ->
                  ends.entrySet().stream()
                      .allMatch(end -> reading.position(end.getKey()) >= end.getValue()));
      if (!complete) {
        throw new AssertionError(
            "topic "
                + topic
                + " was not read up to the offsets "
                + ends
                + " within "
                + timeout
                + "; the positions are "
                + consumer.positions()
                + found());
      }
    }
    events.removeIf(event -> event.offset() >= ends.get(event.partition()));
    return sorted();
  }

  private List<ConsumedEvent> awaitOnce(int count, Duration timeout) {
    try (Consumer consumer = consumer().from(StartPosition.earliest()).build()) {
      if (!poll(consumer, timeout, reading -> events.size() >= count)) {
        throw new AssertionError(
            "expected "
                + count
                + " events in topic "
                + topic
                + " within "
                + timeout
                + ", but there are "
                + events.size()
                + found());
      }
    }
    return sorted();
  }

  private Consumer.Builder consumer() {
    return client.consumer(topic).isolation(Isolation.LATEST);
  }

  /** Polls until the condition holds. Returns false if it does not hold in time. */
  private boolean poll(Consumer consumer, Duration timeout, Predicate<Consumer> condition) {
    long began = System.nanoTime();
    while (!condition.test(consumer)) {
      if (System.nanoTime() - began > timeout.toNanos()) {
        return false;
      }
      events.addAll(consumer.poll(POLL));
    }
    return true;
  }

  private List<ConsumedEvent> sorted() {
    events.sort(ORDER);
    return List.copyOf(events);
  }

  /** The events so far, for a message. */
  private String found() {
    StringBuilder text = new StringBuilder();
    sorted().stream()
        .limit(PRINTED_EVENTS)
        .forEach(event -> text.append("\n  ").append(printed(event)));
    if (events.size() > PRINTED_EVENTS) {
      text.append("\n  and ").append(events.size() - PRINTED_EVENTS).append(" more");
    }
    return text.toString();
  }

  private static String printed(ConsumedEvent event) {
    return event + " key=" + printed(event.key()) + " value=" + printed(event.value());
  }

  private static String printed(byte[] bytes) {
    if (bytes == null) {
      return "null";
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.length() <= PRINTED_CHARACTERS
        ? text
        : text.substring(0, PRINTED_CHARACTERS) + "...";
  }
}
