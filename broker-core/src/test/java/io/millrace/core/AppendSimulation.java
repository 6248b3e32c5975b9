package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.IsolationLevel;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One idempotent producer, some subscribers, and a disk of changing speed, from a seed. The
 * producer keeps a few batches in flight. After a disaster it resends those without an answer, in
 * order. In any case, acknowledged and delivered events keep their offsets, and every value is
 * stored once.
 */
final class AppendSimulation {

  private static final int MAX_IN_FLIGHT = 5;
  private static final int MAX_READERS = 4;
  private static final long PRODUCER = 7;

  private final TestBroker test;
  private final Random random;
  private final AckLevel ack;
  private final Disaster disaster;

  /** The events that were acknowledged to the producer or delivered to durable readers. */
  private final Map<Long, String> known = new HashMap<>();

  private final Deque<Sent> inFlight = new ArrayDeque<>();
  private final List<Reader> readers = new ArrayList<>();
  private Partition partition;
  private long nextSequence;
  private boolean forcesHeld;

  /** Ends the broker without closing it, and starts the next one. */
  interface Disaster {
    void strike(TestBroker test);
  }

  private record Sent(long sequence, Answer answer) {
    String value() {
      return "event " + sequence;
    }
  }

  private record Reader(Collector collector, Subscription subscription, IsolationLevel isolation) {}

  AppendSimulation(TestBroker test, long seed, AckLevel ack, Disaster disaster) {
    this.test = test;
    this.random = new Random(seed);
    this.ack = ack;
    this.disaster = disaster;
    this.partition = test.topic("t");
  }

  int storedEvents() {
    return known.size();
  }

  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
      learn();
    }
    reopen(TestBroker::restart);
    test.owner.runUntil(() -> inFlight.stream().allMatch(sent -> sent.answer.isDone()));
    learn();
    checkAll();
  }

  private void step() {
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3, 4, 5 -> send();
      case 6 -> sendAgain();
      case 7, 8 -> test.owner.runAll();
      case 9 -> test.owner.runOne();
      case 10 -> holdOrLetForces();
      case 11 -> subscribe();
      case 12, 13 -> giveCredit();
      case 14 -> waitForAnswers();
      default -> maybeReopen();
    }
  }

  private void send() {
    if (inFlight.size() < MAX_IN_FLIGHT) {
      append(nextSequence++);
    }
  }

  private void append(long sequence) {
    Answer answer = new Answer();
    inFlight.add(new Sent(sequence, answer));
    appendTo(answer, sequence);
  }

  private void appendTo(Answer answer, long sequence) {
    ByteBuffer batch = Batches.ofProducer(PRODUCER, 0, sequence, "event " + sequence);
    partition.append(batch, test.secretOf(batch), ack, answer);
  }

  /** A retry of a batch that may be stored already. */
  private void sendAgain() {
    if (nextSequence > 0) {
      Answer again = new Answer();
      long sequence = nextSequence - 1 - random.nextInt((int) Math.min(nextSequence, 5));
      appendTo(again, sequence);
      if (again.isDone()) {
        know(again.offset(), "event " + sequence);
      }
    }
  }

  private void holdOrLetForces() {
    forcesHeld = !forcesHeld;
    if (forcesHeld) {
      test.storage.holdForces();
    } else {
      test.storage.letAllForces();
    }
  }

  private void subscribe() {
    if (readers.size() == MAX_READERS) {
      readers.remove(random.nextInt(MAX_READERS)).subscription.close();
    }
    IsolationLevel isolation =
        random.nextBoolean() ? IsolationLevel.DURABLE : IsolationLevel.LATEST;
    Collector collector = new Collector();
    long start = random.nextLong(partition.offsets().end() + 1);
    Subscription subscription =
        test.subscribe(
            partition,
            collector,
            new SubscriptionStart.Offset(start),
            isolation,
            1 + random.nextInt(500));
    readers.add(new Reader(collector, subscription, isolation));
  }

  private void giveCredit() {
    if (!readers.isEmpty()) {
      readers.get(random.nextInt(readers.size())).subscription.addCredit(1 + random.nextInt(2000));
    }
  }

  private void waitForAnswers() {
    if (!forcesHeld) {
      test.owner.runUntil(() -> inFlight.stream().allMatch(sent -> sent.answer.isDone()));
    }
  }

  private void maybeReopen() {
    switch (random.nextInt(3)) {
      case 0 -> reopen(disaster);
      case 1 -> reopen(TestBroker::restart);
      default -> test.owner.runAll();
    }
  }

  /** The connection ends with the broker: batches without an answer never get one. */
  private void reopen(Disaster end) {
    learn();
    List<Sent> unanswered = List.copyOf(inFlight);
    inFlight.clear();
    readers.clear();
    forcesHeld = false;
    end.strike(test);
    partition = test.partition("t");
    checkAll();
    unanswered.forEach(sent -> append(sent.sequence));
  }

  /** Learns the new answers and deliveries. */
  private void learn() {
    while (!inFlight.isEmpty() && inFlight.peek().answer.isDone()) {
      Sent sent = inFlight.poll();
      know(sent.answer.offset(), sent.value());
      if (ack == AckLevel.SYNCED) {
        assertThat(partition.offsets().durable()).isGreaterThan(sent.answer.offset());
      }
    }
    for (Reader reader : readers) {
      assertThat(reader.collector.end()).isNull();
      List<Long> offsets = reader.collector.offsets();
      for (int i = 0; i < offsets.size(); i++) {
        assertThat(offsets.get(i)).as("no gap, no repeat").isEqualTo(offsets.get(0) + i);
        if (ack == AckLevel.STORED || reader.isolation == IsolationLevel.DURABLE) {
          know(offsets.get(i), reader.collector.values().get(i));
        }
      }
    }
  }

  private void know(long offset, String value) {
    String before = known.put(offset, value);
    assertThat(before == null || before.equals(value))
        .as("offset %d was '%s' and is now '%s'", offset, before, value)
        .isTrue();
  }

  /** Reads the whole log: every known event must be there, and none twice. */
  private void checkAll() {
    Collector all = new Collector();
    Subscription subscription =
        test.subscribe(
            partition, all, new SubscriptionStart.Earliest(), IsolationLevel.LATEST, 1 << 30);
    long end = partition.offsets().end();
    test.owner.runUntil(() -> all.offsets().size() == end);
    subscription.close();
    assertThat(all.values()).doesNotHaveDuplicates();
    known.forEach(
        (offset, value) ->
            assertThat(offset < end ? all.values().get(offset.intValue()) : "nothing")
                .as("offset %d", offset)
                .isEqualTo(value));
  }
}
