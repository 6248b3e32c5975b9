package io.millrace.group.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A window as one decision changes it, and what the log must know of the change. Used once, then
 * applied or dropped.
 */
public final class QueueDraft implements QueueChange {

  /** {@link #settle}: nothing is lost. */
  public static final long NOTHING_LOST = -1;

  /** A delay: none, or after a failed attempt that of the settings. */
  public static final long BACK_OFF = -1;

  private final QueueWindow window;
  private final long now;
  private final long epoch;
  private final Map<QueueEvent, Turn> turns = new LinkedHashMap<>();
  private final List<QueueLock> expired = new ArrayList<>();
  private final List<QueueRange> done = new ArrayList<>();
  private final List<QueueFailure> failed = new ArrayList<>();
  private long inVain;
  private long deadLetters;
  private boolean durable;
  private boolean ticked;
  private long next;
  private long start;

  QueueDraft(QueueWindow window, long now, long epoch) {
    this.window = window;
    this.now = now;
    this.epoch = epoch;
    this.next = window.next();
  }

  /**
   * Settles the events of a range that a consumer has locked.
   *
   * @param to offset of the last event
   * @param delayMicros for {@code RELEASE}: at least 0, or {@link #BACK_OFF}
   * @param reason for the dead letter, if the events become dead letters
   * @return offset of the first event that is not locked for the consumer any more, or {@link
   *     #NOTHING_LOST}. An event that it has accepted or rejected under this lock is not lost.
   */
  public long settle(
      long session,
      long number,
      long from,
      long to,
      QueueOutcome outcome,
      long delayMicros,
      boolean counts,
      String reason) {
    QueueLock lock = window.locks().find(number, session);
    if (lock == null) {
      return from;
    }
    QueueEvent[] events = lock.events();
    int index = lock.indexFrom(from);
    if (index == events.length || events[index].offset > to) {
      return lock.hasSettledAll(from, to) ? NOTHING_LOST : from;
    }
    long lost = NOTHING_LOST;
    for (; index < events.length && events[index].offset <= to; index++) {
      QueueEvent event = events[index];
      Turn turn = turns.get(event);
      inVain += turn == null && lock.holds(event) ? 0 : 1;
      boolean held = turn == null ? lock.holds(event) : turn.kind() == Turn.Kind.RENEWED;
      if (held) {
        turns.put(event, turn(event, outcome, delayMicros, counts, reason));
      } else if (turn == null ? !lock.settled(event) : !turn.underLock()) {
        lost = lost == NOTHING_LOST ? event.offset : lost;
      }
    }
    return lost;
  }

  /** Events that {@link #settle} has looked at besides those that it settled first. */
  public long inVain() {
    return inVain;
  }

  /**
   * Gives events of a consumer back.
   *
   * @param after those of its locks with higher numbers
   * @param counts whether these are failed attempts
   */
  public void release(long session, long after, boolean counts) {
    for (QueueLock lock : window.locks().of(session, after)) {
      for (QueueEvent event : lock.events()) {
        if (lock.holds(event)) {
          turns.put(
              event,
              counts
                  ? failed(event, BACK_OFF, "the connection of the consumer ended")
                  : Turn.again(event, event.attempts, 0, now, epoch));
        }
      }
    }
  }

  /** Ends locks whose time is over, and waits. */
  public void tick() {
    ticked = true;
    for (QueueLock lock : window.locks().due(now)) {
      expired.add(lock);
      for (QueueEvent event : lock.events()) {
        if (lock.holds(event) && event.until <= now) {
          turns.put(event, failed(event, BACK_OFF, "the lock time passed"));
        }
      }
    }
  }

  /** The dead letter of an event is written. */
  public void deadLettered(long offset) {
    QueueEvent event = window.events().find(offset);
    if (event != null && event.state == EventState.DYING) {
      turns.put(event, Turn.deadLettered(event));
    }
  }

  /** Events below an offset do not exist any more. */
  public void trim(long to) {
    QueueEvents events = window.events();
    for (int i = events.begin(); i < events.end() && events.at(i).offset < to; i++) {
      if (!events.at(i).isDone()) {
        turns.put(events.at(i), Turn.trimmed(events.at(i)));
      }
    }
    next = Math.max(next, to);
  }

  /** Finds out what the log must know. After the last change. */
  public QueueDraft finish() {
    List<Turn> sorted = new ArrayList<>(turns.values());
    sorted.sort(Comparator.comparingLong(turn -> turn.event().offset));
    start = firstNotDone();
    int index = window.events().begin() - 1;
    for (Turn turn : sorted) {
      deadLetters += turn.isDead() ? 1 : 0;
      if (turn.to() == EventState.DONE) {
        durable = true;
        index = indexOf(turn.event(), index + 1);
        addDone(turn.event().offset, endOf(index));
      } else if (turn.isFailure()) {
        failed.add(turn.failure());
      }
    }
    durable |= next != window.next() || !failed.isEmpty();
    return this;
  }

  /** Whether the log must know something. */
  public boolean isDurable() {
    return durable;
  }

  /** Every event below it is done. */
  public long start() {
    return start;
  }

  /** What is done besides, by offset. */
  public List<QueueRange> done() {
    return done;
  }

  /** Events that have failed or wait, by offset. */
  public List<QueueFailure> failed() {
    return failed;
  }

  /** How many more events became dead letters, or are dropped instead. */
  public long deadLetters() {
    return deadLetters;
  }

  /** Whether nothing changes at all. */
  public boolean isEmpty() {
    return turns.isEmpty() && !ticked && next == window.next();
  }

  long next() {
    return next;
  }

  long now() {
    return now;
  }

  boolean ticked() {
    return ticked;
  }

  Iterable<Turn> turns() {
    return turns.values();
  }

  List<QueueLock> expired() {
    return expired;
  }

  private Turn turn(
      QueueEvent event, QueueOutcome outcome, long delayMicros, boolean counts, String reason) {
    return switch (outcome) {
      case ACCEPT -> Turn.accepted(event);
      case REJECT -> Turn.rejected(event, window.settings().deadLetters().discard(), reason);
      case RENEW -> Turn.renewed(event, now + event.lock.lockMicros);
      case RELEASE ->
          counts
              ? failed(event, delayMicros, reason)
              : Turn.again(event, event.attempts, Math.max(0, delayMicros), now, epoch);
    };
  }

  private Turn failed(QueueEvent event, long delayMicros, String reason) {
    QueueRules settings = window.settings();
    int attempts = event.attempts + 1;
    if (attempts >= settings.maxAttempts()) {
      return Turn.usedUp(event, settings.deadLetters().discard(), reason);
    }
    long delay = delayMicros == BACK_OFF ? settings.backOffMicros(attempts) : delayMicros;
    return Turn.again(event, attempts, delay, now, epoch);
  }

  private long firstNotDone() {
    QueueEvents events = window.events();
    for (int i = events.begin(); i < events.end(); i++) {
      QueueEvent event = events.at(i);
      Turn turn = event.isDone() ? null : turns.get(event);
      if (!event.isDone() && (turn == null || turn.to() != EventState.DONE)) {
        return event.offset;
      }
    }
    return next;
  }

  private int indexOf(QueueEvent event, int likely) {
    QueueEvents events = window.events();
    return likely < events.end() && events.at(likely) == event
        ? likely
        : events.indexFrom(event.offset);
  }

  /** Offsets up to the next event of the window do not exist, or are done. */
  private long endOf(int index) {
    QueueEvents events = window.events();
    return index + 1 < events.end() ? events.at(index + 1).offset : next;
  }

  private void addDone(long from, long to) {
    if (to <= start) {
      return;
    }
    int last = done.size() - 1;
    if (last >= 0 && done.get(last).to() == from) {
      done.set(last, new QueueRange(done.get(last).from(), to));
    } else {
      done.add(new QueueRange(from, to));
    }
  }
}
