package io.millrace.group.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The events of one partition that a queue has read and that are not done: who has which, and which
 * can be handed out. It is in memory only. Methods that plan a change change nothing; {@link
 * #apply} makes it. One thread at a time.
 */
public final class QueueWindow {

  /** A window always has room for these events that are not done. */
  public static final int MIN_EVENTS = 4;

  /** The estimated memory of an event that is done, in bytes. */
  static final long DONE_BYTES = 208;

  /**
   * The estimated memory of an event that is not done, in bytes. A lock of its own is counted from
   * the beginning: a take, and what it frees later, never need more.
   */
  public static final long EVENT_BYTES = 2 * DONE_BYTES;

  /** The estimated memory of a window with at most {@link #MIN_EVENTS}, in bytes. */
  public static final long EMPTY_BYTES = 1_200 + MIN_EVENTS * EVENT_BYTES;

  private final int capacity;
  private final QueueEvents events = new QueueEvents();
  private final QueueLocks locks = new QueueLocks();
  private final FailureBrake brake = new FailureBrake();
  private final TreeSet<QueueEvent> available =
      new TreeSet<>(Comparator.comparingLong(event -> event.offset));
  private final TreeSet<QueueEvent> waiting =
      new TreeSet<>(
          Comparator.<QueueEvent>comparingLong(event -> event.until)
              .thenComparingLong(event -> event.offset));
  private final int[] counts = new int[EventState.values().length];

  /** Null if keys do not matter. */
  private final KeyChains keys;

  private QueueRules settings;
  private long next;
  private long attempts;
  private long reasonChars;
  private List<QueueEvent> newlyDying = new ArrayList<>();

  /**
   * @param start every event below it is done
   * @param capacity most events
   */
  public QueueWindow(QueueRules settings, long start, int capacity) {
    this.settings = settings;
    this.keys = settings.ordering() == QueueOrder.KEY ? new KeyChains() : null;
    this.next = start;
    this.capacity = capacity;
  }

  /**
   * Plans to take in events of the log.
   *
   * @param to offset up to which the log was read
   * @param candidates all events from {@link #next} to {@code to}, by offset
   * @param progress what is done
   * @param room most events to take in
   */
  public QueueFeed feed(
      long to,
      List<QueueCandidate> candidates,
      QueueProgress progress,
      int room,
      long now,
      long epoch) {
    List<QueueEvent> fed = new ArrayList<>();
    long upTo = Math.max(to, next);
    for (QueueCandidate candidate : candidates) {
      if (progress.isDone(candidate.offset())) {
        continue;
      }
      if (fed.size() >= Math.min(room, wanted())) {
        upTo = candidate.offset();
        break;
      }
      fed.add(QueueEvent.of(candidate, progress.failure(candidate.offset()), now, epoch));
    }
    boolean allDone = fed.isEmpty() && events.live() == 0 && upTo > progress.start();
    return new QueueFeed(upTo, fed, allDone);
  }

  /**
   * Plans to lock events for a consumer: the first ones that can be handed out; maybe none.
   *
   * @param lock number of the lock, never used before
   */
  public QueueTake take(long session, long lock, int maxEvents, long maxBytes, long now) {
    List<QueueEvent> taken = new ArrayList<>();
    int limit = !canTake() ? 0 : brake.isFailing() ? 1 : maxEvents;
    long bytes = 0;
    for (QueueEvent event : available) {
      bytes += event.bytes;
      if (taken.size() >= limit || (bytes > maxBytes && !taken.isEmpty())) {
        break;
      }
      taken.add(event);
    }
    return new QueueTake(session, lock, taken, now);
  }

  /** Begins to plan another change. */
  public QueueDraft draft(long now, long epoch) {
    return new QueueDraft(this, now, epoch);
  }

  /** Makes a change that was planned for the present state. */
  public void apply(QueueChange change) {
    if (change instanceof QueueDraft draft) {
      apply(draft);
    } else if (change instanceof QueueTake take) {
      apply(take);
    } else if (change instanceof QueueFeed feed) {
      apply(feed);
    }
  }

  private void apply(QueueFeed feed) {
    next = feed.next();
    for (QueueEvent event : feed.events()) {
      events.add(event);
      attempts += event.attempts;
      if (keys != null) {
        keys.add(event);
      }
      enter(event);
    }
  }

  private void apply(QueueTake take) {
    if (take.events().isEmpty()) {
      return;
    }
    long deadline = take.now() + settings.lockMicros();
    QueueLock lock = take.newLock(settings.lockMicros());
    for (QueueEvent event : take.events()) {
      leave(event);
      event.state = EventState.LOCKED;
      event.until = deadline;
      event.lock = lock;
      enter(event);
    }
    locks.add(lock);
    brake.handedOut(take.now(), settings.probeMicros());
  }

  private void apply(QueueDraft draft) {
    next = draft.next();
    for (Turn turn : draft.turns()) {
      apply(turn, draft.now());
    }
    draft.expired().forEach(locks::requeue);
    if (draft.ticked()) {
      endWaits(draft.now());
      brake.tick(draft.now());
    }
    events.trim();
  }

  private void apply(Turn turn, long now) {
    QueueEvent event = turn.event();
    leave(event);
    if (turn.kind() != Turn.Kind.RENEWED && event.state == EventState.LOCKED) {
      unlock(event, turn.underLock());
    }
    event.state = turn.to();
    event.until = turn.until();
    attempts += turn.attempts() - event.attempts;
    event.attempts = turn.attempts();
    event.fate = turn.fate();
    reasonChars -= event.reason.length();
    event.reason = turn.to() == EventState.DYING ? turn.reason() : "";
    reasonChars += event.reason.length();
    enter(event);
    count(turn, now);
  }

  private void unlock(QueueEvent event, boolean settled) {
    QueueLock lock = event.lock;
    if (settled) {
      event.state = EventState.DONE;
      locks.settled(lock);
    } else {
      event.lock = null;
      locks.lost(lock);
    }
  }

  private void count(Turn turn, long now) {
    switch (turn.kind()) {
      case ACCEPTED -> brake.accepted();
      case FAILED -> brake.failed(now, settings.probeMicros());
      case DEAD_LETTERED, REJECTED, RELEASED, RENEWED, TRIMMED -> {}
    }
  }

  private void endWaits(long now) {
    while (!waiting.isEmpty() && waiting.first().until <= now) {
      QueueEvent event = waiting.first();
      leave(event);
      event.state = EventState.AVAILABLE;
      enter(event);
    }
  }

  private void leave(QueueEvent event) {
    counts[event.state.ordinal()]--;
    if (event.state == EventState.AVAILABLE) {
      available.remove(event);
    } else if (event.state == EventState.WAITING) {
      waiting.remove(event);
    }
  }

  private void enter(QueueEvent event) {
    counts[event.state.ordinal()]++;
    switch (event.state) {
      case AVAILABLE -> offer(event);
      case WAITING -> waiting.add(event);
      case DYING -> newlyDying.add(event);
      case DONE -> finish(event);
      case LOCKED -> {}
    }
  }

  private void offer(QueueEvent event) {
    if (!event.blocked) {
      available.add(event);
    }
  }

  private void finish(QueueEvent event) {
    events.oneDone();
    attempts -= event.attempts;
    QueueEvent unblocked = keys == null ? null : keys.done(event);
    if (unblocked != null && unblocked.state == EventState.AVAILABLE) {
      available.add(unblocked);
    }
  }

  /** Changes the settings; not the ordering. */
  public void settings(QueueRules changed) {
    if (changed.ordering() != settings.ordering()) {
      throw new IllegalArgumentException("a window has one ordering: " + settings.ordering());
    }
    settings = changed;
  }

  public QueueRules settings() {
    return settings;
  }

  /** Offset of the first event that is not done, or {@link #next}. */
  public long start() {
    return events.begin() < events.end() ? events.at(events.begin()).offset : next;
  }

  /** Offset of the next event to feed. */
  public long next() {
    return next;
  }

  /** How many events it may take in without more memory. */
  public int free() {
    return Math.max(0, MIN_EVENTS - events.live());
  }

  /** How many events it has room for. */
  public int wanted() {
    return capacity - events.live();
  }

  /** Whether a take gets an event. */
  public boolean canTake() {
    return !available.isEmpty() && !brake.isHeld() && !locks.rememberTooMuch(events.live());
  }

  public boolean isFailing() {
    return brake.isFailing();
  }

  public int available() {
    return available.size();
  }

  public int locked() {
    return counts[EventState.LOCKED.ordinal()];
  }

  public int waiting() {
    return counts[EventState.WAITING.ordinal()];
  }

  /** Events that wait for an earlier one of their key. */
  public int blocked() {
    return counts[EventState.AVAILABLE.ordinal()] - available.size();
  }

  public int dying() {
    return counts[EventState.DYING.ordinal()];
  }

  /** Failed attempts of all events. */
  public long attempts() {
    return attempts;
  }

  /** Events that are dying since the last call. */
  public List<DyingEvent> newlyDying() {
    if (newlyDying.isEmpty()) {
      return List.of();
    }
    List<DyingEvent> told = new ArrayList<>(newlyDying.size());
    for (QueueEvent event : newlyDying) {
      if (event.state == EventState.DYING) {
        told.add(new DyingEvent(event.offset, event.attempts, event.fate, event.reason));
      }
    }
    newlyDying = new ArrayList<>();
    return told;
  }

  /** Adds the number of locked events of each session. */
  public void countLocked(Map<Long, Integer> bySession) {
    for (QueueLock lock : locks.open()) {
      bySession.merge(lock.session, lock.open(), Integer::sum);
    }
  }

  /**
   * Whether a session has locked events. Takes time in proportion to the locks.
   *
   * @param after only locks with higher numbers count
   */
  public boolean hasLocked(long session, long after) {
    return locks.hasAny(session, after);
  }

  /**
   * When {@link QueueDraft#tick} has something to do, by the monotonic clock; may be too early, and
   * is {@code Long.MAX_VALUE} if there is nothing to wait for.
   */
  public long deadlineMicros() {
    long wait = waiting.isEmpty() ? Long.MAX_VALUE : waiting.first().until;
    return Math.min(Math.min(wait, brake.deadlineMicros()), locks.deadlineMicros());
  }

  /** The estimated memory, in bytes. */
  public long bytes() {
    int done = events.held() - events.live();
    long ofEvents = DONE_BYTES * done + EVENT_BYTES * Math.max(0, events.live() - MIN_EVENTS);
    return EMPTY_BYTES + ofEvents + locks.bytes() + 2 * reasonChars;
  }

  QueueEvents events() {
    return events;
  }

  QueueLocks locks() {
    return locks;
  }
}
