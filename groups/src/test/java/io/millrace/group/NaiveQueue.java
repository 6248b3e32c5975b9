package io.millrace.group;

import io.millrace.group.queue.QueueFailure;
import io.millrace.group.queue.QueueFate;
import io.millrace.group.queue.QueueOrder;
import io.millrace.group.queue.QueueOutcome;
import io.millrace.group.queue.QueueProgress;
import io.millrace.group.queue.QueueRules;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A queue written down a second time in the most simple way: one object for each event, and a scan
 * over all of them for each question.
 */
final class NaiveQueue {

  enum State {
    AVAILABLE,
    LOCKED,
    WAITING,
    DYING
  }

  /** What the log knows of an event. */
  record Durable(boolean done, int attempts, long retryAt, QueueFate fate) {

    static final Durable NEW = new Durable(false, 0, 0, QueueFate.RETRY);
  }

  /** An event of the log. */
  static final class Event {

    final PartitionId partition;
    final long offset;
    final long key;
    final int bytes;
    Durable durable = Durable.NEW;
    boolean fed;
    State state = State.AVAILABLE;
    UUID holder;
    long lock;
    long until;

    /** The lock time when it was taken. */
    long lockMicros;

    Event(PartitionId partition, long offset, long key, int bytes) {
      this.partition = partition;
      this.offset = offset;
      this.key = key;
      this.bytes = bytes;
    }

    boolean isLive() {
      return fed && !durable.done();
    }
  }

  enum Part {
    HELD,
    SETTLED,
    LOST
  }

  /** What one take gave. */
  record Lock(UUID holder, PartitionId partition, TreeMap<Long, Part> parts) {}

  final Map<PartitionId, TreeMap<Long, Event>> logs = new TreeMap<>();
  final Map<Long, Lock> locks = new HashMap<>();
  QueueRules settings = QueueRules.DEFAULT;
  int failures;

  Iterable<Event> all() {
    List<Event> all = new ArrayList<>();
    logs.values().forEach(log -> all.addAll(log.values()));
    return all;
  }

  /** The events that a take gets if nothing slows it down. */
  List<Event> available(PartitionId partition) {
    List<Event> available = new ArrayList<>();
    for (Event event : logs.get(partition).values()) {
      if (event.isLive() && event.state == State.AVAILABLE && !isBehind(event)) {
        available.add(event);
      }
    }
    return available;
  }

  private boolean isBehind(Event event) {
    return settings.ordering() == QueueOrder.KEY
        && event.key != 0
        && logs.get(event.partition).headMap(event.offset).values().stream()
            .anyMatch(earlier -> earlier.isLive() && earlier.key == event.key);
  }

  int live(PartitionId partition) {
    return (int) logs.get(partition).values().stream().filter(Event::isLive).count();
  }

  void feed(PartitionId partition, long from, long to, Moment now) {
    for (Event event : logs.get(partition).subMap(from, to).values()) {
      event.fed = true;
      enter(event, now);
    }
  }

  private void enter(Event event, Moment now) {
    Durable durable = event.durable;
    event.state =
        durable.fate() != QueueFate.RETRY
            ? State.DYING
            : durable.retryAt() > now.epochMicros() ? State.WAITING : State.AVAILABLE;
    event.until = now.monotonicMicros() + durable.retryAt() - now.epochMicros();
  }

  void take(UUID consumer, PartitionId partition, long lock, List<Long> offsets, Moment now) {
    TreeMap<Long, Part> parts = new TreeMap<>();
    for (long offset : offsets) {
      Event event = logs.get(partition).get(offset);
      event.state = State.LOCKED;
      event.holder = consumer;
      event.lock = lock;
      event.lockMicros = settings.lockMicros();
      event.until = now.monotonicMicros() + event.lockMicros;
      parts.put(offset, Part.HELD);
    }
    locks.put(lock, new Lock(consumer, partition, parts));
  }

  /** The codes that a settlement may be answered with. */
  List<ErrorCode> settle(UUID consumer, EventSettlement settlement, Moment now) {
    Lock lock = locks.get(settlement.lock());
    if (lock == null
        || !lock.holder().equals(consumer)
        || !lock.partition().equals(settlement.partition())) {
      return List.of(ErrorCode.LOCK_LOST);
    }
    Map<Long, Part> range = lock.parts().subMap(settlement.from(), true, settlement.to(), true);
    boolean lostHere = range.containsValue(Part.LOST);
    boolean lostAny = lock.parts().containsValue(Part.LOST);
    boolean held = range.containsValue(Part.HELD);
    for (long offset : List.copyOf(range.keySet())) {
      if (range.get(offset) == Part.HELD) {
        settle(logs.get(settlement.partition()).get(offset), settlement, now);
      }
    }
    if (lostHere) {
      return List.of(ErrorCode.LOCK_LOST);
    }
    boolean repeated = range.containsValue(Part.SETTLED) || range.isEmpty();
    return repeated && !held && (lostAny || range.isEmpty())
        ? List.of(ErrorCode.NONE, ErrorCode.LOCK_LOST)
        : List.of(ErrorCode.NONE);
  }

  private void settle(Event event, EventSettlement settlement, Moment now) {
    QueueOutcome outcome = settlement.outcome();
    if (outcome == QueueOutcome.RENEW) {
      event.until = Math.max(event.until, now.monotonicMicros() + event.lockMicros);
    } else if (outcome == QueueOutcome.ACCEPT) {
      unlock(event, Part.SETTLED);
      done(event);
    } else if (outcome == QueueOutcome.REJECT) {
      unlock(event, Part.SETTLED);
      die(event, event.durable.attempts(), QueueFate.DEAD_REJECTED);
    } else if (settlement.failed()) {
      fail(event, settlement.delayMicros(), now);
    } else {
      unlock(event, Part.LOST);
      again(event, event.durable.attempts(), Math.max(0, settlement.delayMicros()), now);
    }
  }

  private void unlock(Event event, Part part) {
    locks.get(event.lock).parts().put(event.offset, part);
    event.holder = null;
  }

  private static void done(Event event) {
    event.durable = new Durable(true, 0, 0, QueueFate.RETRY);
  }

  private void die(Event event, int attempts, QueueFate fate) {
    if (settings.deadLetters().discard()) {
      done(event);
    } else {
      event.state = State.DYING;
      event.durable = new Durable(false, attempts, 0, fate);
    }
  }

  private void fail(Event event, long delay, Moment now) {
    unlock(event, Part.LOST);
    failures++;
    int attempts = event.durable.attempts() + 1;
    if (attempts >= settings.maxAttempts()) {
      die(event, attempts, QueueFate.DEAD_ATTEMPTS);
      return;
    }
    long backOff = settings.backOffMicros();
    for (int i = 1; i < attempts && backOff < settings.backOffMaxMicros(); i++) {
      backOff *= 2;
    }
    backOff = Math.min(backOff, settings.backOffMaxMicros());
    again(event, attempts, delay == EventSettlement.BACK_OFF ? backOff : delay, now);
  }

  private static void again(Event event, int attempts, long delay, Moment now) {
    event.state = delay > 0 ? State.WAITING : State.AVAILABLE;
    event.until = now.monotonicMicros() + delay;
    if (delay > 0 || attempts > event.durable.attempts()) {
      long retryAt = delay > 0 ? now.epochMicros() + delay : 0;
      event.durable = new Durable(false, attempts, retryAt, QueueFate.RETRY);
    }
  }

  void tick(Moment now) {
    for (Event event : all()) {
      if (event.isLive() && event.until <= now.monotonicMicros()) {
        if (event.state == State.LOCKED) {
          fail(event, EventSettlement.BACK_OFF, now);
          endWait(event, now);
        } else {
          endWait(event, now);
        }
      }
    }
  }

  private static void endWait(Event event, Moment now) {
    if (event.state == State.WAITING && event.until <= now.monotonicMicros()) {
      event.state = State.AVAILABLE;
    }
  }

  void release(UUID consumer, boolean counts, Moment now) {
    release(consumer, Long.MIN_VALUE, counts, now);
  }

  void release(UUID consumer, long after, boolean counts, Moment now) {
    for (Event event : all()) {
      if (event.isLive()
          && event.state == State.LOCKED
          && event.holder.equals(consumer)
          && event.lock > after) {
        if (counts) {
          fail(event, EventSettlement.BACK_OFF, now);
        } else {
          unlock(event, Part.LOST);
          again(event, event.durable.attempts(), 0, now);
        }
      }
    }
  }

  void deadLettered(PartitionId partition, long offset) {
    Event event = logs.get(partition).get(offset);
    if (event != null && !event.durable.done() && event.durable.fate() != QueueFate.RETRY) {
      done(event);
    }
  }

  void trim(PartitionId partition, long to) {
    for (Event event : logs.get(partition).headMap(to).values()) {
      if (!event.durable.done() && event.fed && event.state == State.LOCKED) {
        unlock(event, Part.LOST);
      }
      done(event);
    }
  }

  void reset(PartitionId partition, long start) {
    for (Event event : logs.get(partition).values()) {
      event.fed = false;
      event.durable = event.offset < start ? new Durable(true, 0, 0, QueueFate.RETRY) : Durable.NEW;
    }
  }

  /** All windows are gone. */
  void forgetWindows() {
    for (Event event : all()) {
      event.fed = false;
      event.holder = null;
    }
    locks.clear();
  }

  Map<Event, Durable> durable() {
    Map<Event, Durable> durable = new HashMap<>();
    all().forEach(event -> durable.put(event, event.durable));
    return durable;
  }

  static Durable durable(QueueProgress progress, long offset) {
    if (progress.isDone(offset)) {
      return new Durable(true, 0, 0, QueueFate.RETRY);
    }
    QueueFailure failure = progress.failure(offset);
    return failure == null
        ? Durable.NEW
        : new Durable(false, failure.attempts(), failure.retryAtMicros(), failure.fate());
  }
}
