package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.group.NaiveQueue.Event;
import io.millrace.group.queue.DeadLetterRule;
import io.millrace.group.queue.QueueCandidate;
import io.millrace.group.queue.QueueOrder;
import io.millrace.group.queue.QueueOutcome;
import io.millrace.group.queue.QueueProgress;
import io.millrace.group.queue.QueueRules;
import io.millrace.group.queue.QueueWish;
import io.millrace.group.queue.TakenEvent;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A queue under faults, in virtual time, from one seed: consumers take, settle, renew, repeat, go
 * away, come back and get lost; appends fail; the broker starts again from its log or a snapshot;
 * events are deleted and positions reset. Every decision is compared with a {@link NaiveQueue}.
 */
final class QueueSimulation extends CheckedQueue {
  private long openings;
  private Command.Settle lastSettle;
  private int accepted;

  QueueSimulation(long seed) {
    super(seed);
  }

  /** What happened, to see that a run tests something. */
  record Summary(int accepted, int failures, int rollBacks, int repeats) {}

  Summary run(int steps) {
    for (int i = 0; i < steps; i++) {
      mono += random.nextInt(5) == 0 ? random.nextInt(3_000_000) : random.nextInt(50_000);
      step();
      check();
    }
    finish();
    return new Summary(accepted, naive.failures, rollBacks, repeats);
  }

  private void step() {
    int dice = random.nextInt(100);
    if (dice < 8) {
      open();
    } else if (dice < 28) {
      take();
    } else if (dice < 50) {
      settle();
    } else if (dice < 65) {
      feed();
    } else if (dice < 75) {
      tick();
    } else if (dice < 80) {
      deadLetter();
    } else if (dice < 84) {
      away();
    } else if (dice < 87) {
      close();
    } else if (dice < 91) {
      confirm();
    } else if (dice < 93) {
      rollBack();
    } else if (dice < 95) {
      restart();
    } else if (dice < 97) {
      publish(1 + random.nextInt(5));
    } else if (dice < 98) {
      trim();
    } else if (dice < 99) {
      reset();
    } else {
      repeat();
    }
  }

  private QueueRules anySettings() {
    QueueOrder ordering =
        consumers.isEmpty() || random.nextInt(10) == 0
            ? QueueOrder.ofCode(random.nextInt(2))
            : naive.settings.ordering();
    return new QueueRules(
        SECOND / 2 + random.nextInt(3_000_000),
        1 + random.nextInt(MAX_ATTEMPTS),
        random.nextInt(2_000_000),
        random.nextInt(3) == 0 ? 0 : random.nextInt(4_000_000),
        random.nextInt(3) == 0 ? DeadLetterRule.DISCARD : DeadLetterRule.DEFAULT_TOPIC,
        ordering);
  }

  private Consumer anyConsumer() {
    List<Consumer> all = List.copyOf(consumers.values());
    return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
  }

  private void open() {
    Consumer consumer = random.nextInt(3) == 0 ? anyConsumer() : null;
    boolean known = consumer != null;
    if (!known && consumers.size() > 3) {
      return;
    }
    if (!known) {
      consumer = new Consumer(new UUID(random.nextLong(), random.nextLong()));
    }
    QueueRules wanted = !exists || random.nextInt(6) == 0 ? anySettings() : naive.settings;
    ConsumerSession session = new ConsumerSession(consumer.id, ++openings);
    long lastLock = anyLastLock();
    Reply reply =
        send(new Command.OpenQueue("q", session, TOPIC, "c", "h", lastLock, QueueWish.of(wanted)));
    boolean reordered = wanted.ordering() != naive.settings.ordering();
    if (reordered && consumers.size() - (known ? 1 : 0) > 0) {
      assertThat(((Reply.Refusal) reply).error()).isEqualTo(ErrorCode.INCONSISTENT_GROUP);
      return;
    }
    Reply.QueueOpened opened = (Reply.QueueOpened) reply;
    assertThat(opened.settings()).isEqualTo(wanted);
    assertThat(opened.continued()).isEqualTo(known && !consumer.locksLost && !reordered);
    if (opened.continued()) {
      naive.release(consumer.id, lastLock, false, now());
    }
    naive.settings = wanted;
    exists = true;
    consumer.opening = session.opening();
    consumer.away = false;
    consumer.locksLost = false;
    consumers.put(consumer.id, consumer);
    if (reordered) {
      forgetWindows();
    }
  }

  private long anyLastLock() {
    List<Long> numbers = List.copyOf(naive.locks.keySet());
    return numbers.isEmpty() || random.nextInt(4) == 0
        ? Command.OpenQueue.KEEP_ALL
        : numbers.get(random.nextInt(numbers.size()));
  }

  private void take() {
    Consumer consumer = anyConsumer();
    if (consumer == null) {
      return;
    }
    PartitionId partition = anyPartition();
    int events = 1 + random.nextInt(8);
    long bytes = random.nextInt(400);
    boolean stale = random.nextInt(20) == 0;
    ConsumerSession session =
        stale ? new ConsumerSession(consumer.id, consumer.opening - 1) : consumer.session();
    boolean failing = machine.queuePartition("q", partition).orElseThrow().failing();
    Reply reply = send(new Command.Take("q", session, partition, events, bytes));
    if (stale || consumer.away) {
      assertThat(((Reply.Refusal) reply).error()).isEqualTo(ErrorCode.UNKNOWN_MEMBER);
      return;
    }
    Reply.Taken taken = (Reply.Taken) reply;
    List<Long> expected = new ArrayList<>();
    long sum = 0;
    for (Event event : naive.available(partition)) {
      sum += event.bytes;
      if (expected.size() == events || (sum > bytes && !expected.isEmpty())) {
        break;
      }
      expected.add(event.offset);
    }
    List<Long> offsets = taken.events().stream().map(TakenEvent::offset).toList();
    if (failing) {
      assertThat(offsets).hasSizeLessThanOrEqualTo(1);
      assertThat(expected).containsAll(offsets);
    } else {
      assertThat(offsets).isEqualTo(expected);
    }
    for (TakenEvent event : taken.events()) {
      Event held = naive.logs.get(partition).get(event.offset());
      assertThat(held.holder).as("holder of %d", event.offset()).isNull();
      assertThat(event.attempts()).isEqualTo(held.durable.attempts());
    }
    if (offsets.isEmpty()) {
      hot.remove(partition);
    } else {
      assertThat(naive.locks).as("lock %d", taken.lock()).doesNotContainKey(taken.lock());
      naive.take(consumer.id, partition, taken.lock(), offsets, now());
    }
  }

  private EventSettlement settlement() {
    List<Long> numbers = new ArrayList<>(naive.locks.keySet());
    numbers.sort(null);
    long lock =
        numbers.isEmpty() || random.nextInt(20) == 0
            ? random.nextInt(1_000)
            : numbers.get(random.nextInt(numbers.size()));
    NaiveQueue.Lock of = naive.locks.get(lock);
    List<Long> offsets = of == null ? List.of(3L) : List.copyOf(of.parts().keySet());
    long from = offsets.get(random.nextInt(offsets.size()));
    long to = Math.max(from, offsets.get(random.nextInt(offsets.size())));
    int dice = random.nextInt(10);
    QueueOutcome outcome =
        dice < 6
            ? QueueOutcome.ACCEPT
            : dice < 8 ? QueueOutcome.RELEASE : dice < 9 ? QueueOutcome.REJECT : QueueOutcome.RENEW;
    boolean release = outcome == QueueOutcome.RELEASE;
    long delay =
        release && random.nextBoolean() ? random.nextInt(2_000_000) : EventSettlement.BACK_OFF;
    return new EventSettlement(
        of == null ? anyPartition() : of.partition(),
        lock,
        from,
        to,
        outcome,
        delay,
        release && random.nextBoolean(),
        "why");
  }

  private void settle() {
    List<EventSettlement> settlements = new ArrayList<>();
    EventSettlement first = settlement();
    settlements.add(first);
    NaiveQueue.Lock of = naive.locks.get(first.lock());
    Consumer consumer =
        of == null || random.nextInt(20) == 0 ? anyConsumer() : consumers.get(of.holder());
    if (consumer == null) {
      return;
    }
    while (random.nextInt(3) == 0) {
      settlements.add(random.nextInt(3) == 0 ? first : settlement());
    }
    lastSettle = new Command.Settle("q", consumer.session(), ++settles, settlements);
    settle(lastSettle);
  }

  private void repeat() {
    if (lastSettle != null) {
      settle(lastSettle);
    }
  }

  private void settle(Command.Settle command) {
    if (!exists) {
      return;
    }
    Consumer consumer = consumers.get(command.session().id());
    Reply reply = send(command);
    if (consumer == null || consumer.opening != command.session().opening()) {
      assertThat(((Reply.Refusal) reply).error()).isEqualTo(ErrorCode.UNKNOWN_MEMBER);
      return;
    }
    Reply first = consumer.answers.putIfAbsent(command.number(), reply);
    if (first != null) {
      assertThat(reply).as("the answer to a repetition").isEqualTo(first);
      repeats++;
      return;
    }
    List<Reply.SettleOutcome> outcomes = ((Reply.Settled) reply).outcomes();
    assertThat(outcomes).hasSameSizeAs(command.settlements());
    for (int i = 0; i < outcomes.size(); i++) {
      List<ErrorCode> allowed = naive.settle(consumer.id, command.settlements().get(i), now());
      assertThat(outcomes.get(i).error())
          .as("settlement %d of %s: %s", i, command, outcomes.get(i).message())
          .isIn(allowed);
      if (outcomes.get(i).error() == ErrorCode.NONE) {
        accepted++;
      }
    }
  }

  private void feed() {
    PartitionId partition = anyPartition();
    QueueWant want = wants.get(partition);
    if (want == null) {
      return;
    }
    NavigableMap<Long, Event> events = naive.logs.get(partition);
    long end = events.isEmpty() ? 0 : events.lastKey() + 1;
    boolean wrong = random.nextInt(20) == 0;
    long from = wrong ? want.from() + 1 : want.from();
    long to = Math.min(end, from + 1 + random.nextInt(30));
    if (to <= from) {
      return;
    }
    feed(partition, from, to, wrong);
  }

  private void feed(PartitionId partition, long from, long to, boolean wrong) {
    List<QueueCandidate> candidates =
        naive.logs.get(partition).subMap(from, to).values().stream()
            .map(event -> new QueueCandidate(event.offset, event.key, event.bytes))
            .toList();
    assertThat(send(new Command.Feed("q", partition, from, to, candidates)))
        .isEqualTo(new Reply.Done());
    long next = machine.queuePartition("q", partition).orElseThrow().next();
    if (wrong) {
      assertThat(next).isEqualTo(from - 1);
      return;
    }
    naive.feed(partition, from, next, now());
    assertThat(next).isBetween(from, to);
    if (next < to) {
      assertThat(naive.live(partition)).as("a feed was cut").isEqualTo(capacity);
      assertThat(naive.logs.get(partition)).containsKey(next);
    }
  }

  private void tick() {
    if (machine.nextDeadlineMicros() > mono) {
      return;
    }
    for (int i = 0; machine.nextDeadlineMicros() <= mono; i++) {
      assertThat(i).as("ticks").isLessThan(100);
      assertThat(send(new Command.Tick())).isEqualTo(new Reply.Done());
      naive.tick(now());
      for (Consumer consumer : List.copyOf(consumers.values())) {
        if (consumer.away && consumer.lostAt <= mono) {
          naive.release(consumer.id, true, now());
          gone(consumer);
        }
      }
    }
  }

  private void deadLetter() {
    PartitionId partition = anyPartition();
    Set<Long> told = dying.getOrDefault(partition, Set.of());
    if (told.isEmpty()) {
      return;
    }
    long offset = told.iterator().next();
    told.remove(offset);
    deadLettered(partition, offset);
  }

  private void deadLettered(PartitionId partition, long offset) {
    assertThat(send(new Command.DeadLettered("q", partition, offset))).isEqualTo(new Reply.Done());
    naive.deadLettered(partition, offset);
    dropUnused();
  }

  private void away() {
    Consumer consumer = anyConsumer();
    if (consumer == null) {
      return;
    }
    boolean stale = random.nextInt(4) == 0;
    long opening = stale ? consumer.opening - 1 : consumer.opening;
    send(new Command.QueueAway("q", new ConsumerSession(consumer.id, opening)));
    if (!stale && !consumer.away) {
      consumer.away = true;
      consumer.lostAt = mono + GroupLimits.AWAY_MICROS;
    }
  }

  private void close() {
    Consumer consumer = anyConsumer();
    if (consumer == null) {
      return;
    }
    send(new Command.CloseQueue("q", consumer.session()));
    naive.release(consumer.id, false, now());
    gone(consumer);
  }

  private void trim() {
    PartitionId partition = anyPartition();
    TreeMap<Long, Event> events = naive.logs.get(partition);
    if (!exists || events.size() < 5 || random.nextInt(3) > 0) {
      return;
    }
    Map<PartitionId, QueueProgress> progress = progress();
    boolean applies =
        progress.containsKey(partition) || (!consumers.isEmpty() && wants.get(partition) != null);
    long to = events.firstKey() + random.nextInt(6);
    send(new Command.Trim("q", partition, to));
    if (applies) {
      naive.trim(partition, to);
    }
    dropUnused();
  }

  private void reset() {
    if (!exists) {
      return;
    }
    PartitionId partition = anyPartition();
    TreeMap<Long, Event> events = naive.logs.get(partition);
    long offset = events.isEmpty() ? 0 : random.nextInt((int) (events.lastKey() + 2));
    Reply reply =
        send(new Command.Reset("q", List.of(new Command.NewOffset(partition, offset)), false));
    if (!consumers.isEmpty()) {
      assertThat(((Reply.Refusal) reply).error()).isEqualTo(ErrorCode.GROUP_NOT_EMPTY);
      return;
    }
    assertThat(((Reply.Committed) reply).outcomes().get(0).error()).isEqualTo(ErrorCode.NONE);
    naive.reset(partition, offset);
    dying.remove(partition);
  }

  /** Without faults, all events get done, and then the progress is one number. */
  private void finish() {
    Consumer last = new Consumer(new UUID(1, 1));
    ConsumerSession session = new ConsumerSession(last.id, ++openings);
    Reply opened =
        send(
            new Command.OpenQueue(
                "q", session, TOPIC, "c", "h", Command.OpenQueue.KEEP_ALL, QueueWish.NONE));
    assertThat(opened).isInstanceOf(Reply.QueueOpened.class);
    naive.settings = ((Reply.QueueOpened) opened).settings();
    exists = true;
    last.opening = session.opening();
    consumers.put(last.id, last);
    check();
    for (int round = 0; !isDone(); round++) {
      assertThat(round).as("rounds until all is done").isLessThan(3_000);
      mono += SECOND;
      tick();
      check();
      for (PartitionId partition : naive.logs.keySet()) {
        finish(last, partition);
      }
    }
    check();
    progress()
        .forEach(
            (partition, done) -> {
              assertThat(done.parts()).as("%s", done).isZero();
              long end =
                  naive.logs.get(partition).isEmpty() ? 0 : 1 + naive.logs.get(partition).lastKey();
              assertThat(done.start()).isGreaterThanOrEqualTo(end);
            });
  }

  private void finish(Consumer last, PartitionId partition) {
    for (long offset : List.copyOf(dying.getOrDefault(partition, Set.of()))) {
      dying.get(partition).remove(offset);
      deadLettered(partition, offset);
      check();
    }
    NavigableMap<Long, Event> events = naive.logs.get(partition);
    long end = events.isEmpty() ? 0 : events.lastKey() + 1;
    QueueWant want = wants.get(partition);
    if (want.from() < end && want.events() > 0) {
      feed(partition, want.from(), end, false);
      check();
    }
    Reply.Taken taken =
        (Reply.Taken) send(new Command.Take("q", last.session(), partition, 100, 1_000_000));
    if (!taken.events().isEmpty()) {
      List<Long> offsets = taken.events().stream().map(TakenEvent::offset).toList();
      naive.take(last.id, partition, taken.lock(), offsets, now());
      settle(
          new Command.Settle(
              "q",
              last.session(),
              ++settles,
              List.of(
                  new EventSettlement(
                      partition,
                      taken.lock(),
                      offsets.get(0),
                      offsets.get(offsets.size() - 1),
                      QueueOutcome.ACCEPT,
                      EventSettlement.BACK_OFF,
                      false,
                      ""))));
      check();
    }
  }
}
