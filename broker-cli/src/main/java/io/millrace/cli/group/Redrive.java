package io.millrace.cli.group;

import io.millrace.cli.command.CommandFailure;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionDescription;
import io.millrace.client.Producer;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicDescription;
import io.millrace.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Reads the dead letters of a queue from one topic, and appends their events to the topics that
 * they come from. Each letter is moved once, also by several runs: a named producer appends it, and
 * its sequence is the offset of the letter. One thread.
 *
 * <p>There is a producer for each topic, partition of letters and reason. The sequences of each one
 * increase, whatever the selection: a run never leaves out a letter that a later run of the same
 * producer would have to append.
 */
final class Redrive implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(500);

  /**
   * Which letters are moved.
   *
   * @param queue of this queue
   * @param topic only events of this topic; null: of all
   * @param reason only with this reason; null: with any
   * @param max most letters to move
   * @param apply whether they are moved, or only counted
   */
  record Selection(String queue, String topic, String reason, long max, boolean apply) {

    private boolean has(DeadLetterHeaders letter) {
      return letter.queue().equals(queue)
          && (topic == null || letter.topic().equals(topic))
          && (reason == null || letter.reason().equals(reason));
    }
  }

  /** Letters that are counted together. */
  record Kind(String deadLetterTopic, String topic, String reason) implements Comparable<Kind> {

    @Override
    public int compareTo(Kind other) {
      return toString().compareTo(other.toString());
    }
  }

  /** Numbers of letters: all that were found, and of these, those that were moved, and when. */
  static final class Counts {

    long found;
    long movedBefore;
    final AtomicLong moved = new AtomicLong();
  }

  private record ProducerKey(String topic, int partition, String reason) {}

  private final MillraceClient client;
  private final Selection selection;
  private final TreeMap<Kind, Counts> counts = new TreeMap<>();
  private final Map<ProducerKey, Producer> producers = new HashMap<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private long selected;

  Redrive(MillraceClient client, Selection selection) {
    this.client = client;
    this.selection = selection;
  }

  /** What was found and moved so far. */
  TreeMap<Kind, Counts> counts() {
    return counts;
  }

  /**
   * Moves the letters that a topic has now.
   *
   * @throws MillraceException what ended the reading or the appending. The letters that were moved
   *     before stay moved.
   */
  void run(TopicDescription letters) {
    Map<Integer, Long> ends = new HashMap<>();
    for (PartitionDescription each : letters.partitions()) {
      if (each.start() < each.durable()) {
        ends.put(each.partition(), each.durable());
      }
    }
    if (ends.isEmpty()) {
      return;
    }
    int[] partitions = ends.keySet().stream().mapToInt(Integer::intValue).toArray();
    try (Consumer consumer =
        client
            .consumer(letters.name())
            .from(StartPosition.earliest())
            .partitions(partitions)
            .build()) {
      while (!isRead(consumer, ends) && !isFull()) {
        for (ConsumedEvent event : consumer.poll(POLL)) {
          if (event.offset() < ends.get(event.partition())) {
            add(letters, event);
          }
        }
      }
    }
    for (Producer producer : producers.values()) {
      producer.flush();
    }
    throwFailure();
  }

  private static boolean isRead(Consumer consumer, Map<Integer, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(each -> consumer.position(each.getKey()) >= each.getValue());
  }

  private boolean isFull() {
    return selected >= selection.max();
  }

  private void add(TopicDescription letters, ConsumedEvent event) {
    DeadLetterHeaders letter = DeadLetterHeaders.of(event).orElse(null);
    if (letter == null || !selection.has(letter) || isFull()) {
      return;
    }
    Kind kind = new Kind(letters.name(), letter.topic(), letter.reason());
    Counts of = counts.computeIfAbsent(kind, k -> new Counts());
    of.found++;
    if (!selection.apply()) {
      selected++;
      return;
    }
    Producer producer = producer(letters, event.partition(), letter);
    int partition = letter.partition() % producer.partitions();
    if (event.offset() <= producer.lastSequence(partition)) {
      of.movedBefore++;
      return;
    }
    selected++;
    send(producer, event, partition, of);
  }

  private void send(Producer producer, ConsumedEvent letter, int partition, Counts of) {
    throwFailure();
    Event event =
        Event.builder()
            .source(letter.source())
            .timestamp(letter.timestamp())
            .key(letter.key())
            .value(letter.value())
            .headers(DeadLetterHeaders.ofEvent(letter))
            .partition(partition)
            .sequence(letter.offset())
            .build();
    producer
        .send(event)
        .whenComplete(
            (receipt, cause) -> {
              if (cause != null) {
                failure.compareAndSet(null, cause);
              } else {
                of.moved.incrementAndGet();
              }
            });
  }

  private void throwFailure() {
    Throwable cause = failure.get();
    if (cause instanceof MillraceException known) {
      throw new MillraceException(
          known.code(),
          known.getMessage() + "; run the command again to move the letters that are left",
          known);
    }
    if (cause != null) {
      throw new IllegalStateException(cause);
    }
  }

  private Producer producer(TopicDescription letters, int partition, DeadLetterHeaders letter) {
    return producers.computeIfAbsent(
        new ProducerKey(letter.topic(), partition, letter.reason()),
        key -> build(letter.topic(), name(selection.queue(), letters.id(), key)));
  }

  private Producer build(String topic, String name) {
    try {
      return client.producer(topic).name(name).build();
    } catch (MillraceException e) {
      if (e.code() != ErrorCode.UNKNOWN_TOPIC) {
        throw e;
      }
      throw new CommandFailure(
          e.code(),
          e.getMessage()
              + "; it has dead letters: create it again, or choose those of another one with"
              + " --topic");
    }
  }

  /** A name of a length that a producer may have; the same in each run. */
  private static String name(String queue, UUID letters, ProducerKey of) {
    String parts = String.join("\n", letters.toString(), "" + of.partition(), of.reason(), queue);
    return "redrive-" + UUID.nameUUIDFromBytes(parts.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    producers.values().forEach(Producer::close);
    producers.clear();
  }
}
