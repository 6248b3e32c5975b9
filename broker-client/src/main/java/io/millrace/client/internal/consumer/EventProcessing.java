package io.millrace.client.internal.consumer;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.EventHandler;
import io.millrace.client.EventProcessingException;
import io.millrace.client.MillraceException;
import io.millrace.client.ProcessOptions;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.DurationNanos;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One run of a handler on several threads. The consumer's thread takes events and puts each into
 * the <em>lane</em> of its ordering; a lane runs one event at a time. The lock guards lanes,
 * prefixes and counters; a handler runs without it.
 */
final class EventProcessing implements GroupPoller.Holder {

  private static final long UNSURE_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Lanes of the ordering by key. A key is compared by its bytes. */
  private record KeyLane(OwnedPartition partition, ByteBuffer key) {}

  /** An event in flight. */
  private record Task(
      OwnedPartition partition,
      FinishedPrefix prefix,
      FinishedPrefix.Slot slot,
      ConsumedEvent event) {

    long bytes() {
      return length(event.key()) + length(event.value());
    }

    private static long length(byte[] bytes) {
      return bytes == null ? 0 : bytes.length;
    }
  }

  /** Partitions that are given up when no handler has their events, or at a deadline. */
  private record Draining(List<OwnedPartition> partitions, long deadlineNanos) {}

  private final GroupSettings settings;
  private final EventHandler handler;
  private final ProcessOptions options;
  private final GroupPoller poller;
  private final DeliveryQueue queue;
  private final MemberConsumer.ApplicationProgress progress;
  private final Set<Thread> workers = ConcurrentHashMap.newKeySet();
  private final ExecutorService executor;
  private final CountDownLatch ended = new CountDownLatch(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Object, ArrayDeque<Task>> lanes = new HashMap<>();
  private final Map<OwnedPartition, FinishedPrefix> prefixes = new HashMap<>();
  private int eventsInFlight;
  private long bytesInFlight;
  private int running;
  private boolean stopping;
  private MillraceException failure;

  /** The consumer's thread. */
  private final List<Draining> draining = new ArrayList<>();

  EventProcessing(
      GroupSettings settings,
      EventHandler handler,
      ProcessOptions options,
      GroupPoller poller,
      DeliveryQueue queue,
      MemberConsumer.ApplicationProgress progress) {
    this.settings = settings;
    this.handler = handler;
    this.options = options;
    this.poller = poller;
    this.queue = queue;
    this.progress = progress;
    this.executor = Executors.newFixedThreadPool(options.parallelism(), threads());
  }

  /** Processes until it is stopped, or fails. The consumer's thread. */
  void run() {
    try {
      while (!isStopping()) {
        poller.applyChanges(this);
        giveUpDrained();
        takeOnce();
      }
    } catch (InterruptedException e) {
      throw ClientFailures.interrupted("events of group " + settings.group(), e);
    } finally {
      drainAll();
    }
    throwFailure();
  }

  /** Starts no more events. Any thread. */
  void stop() {
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    queue.nudge();
  }

  /** Whether the calling thread runs the handler. */
  boolean isWorker() {
    return workers.contains(Thread.currentThread());
  }

  /** The run and the commit after it are over. */
  void ended() {
    ended.countDown();
  }

  /** Waits for {@link #ended}. Interrupts do not end the wait, and are kept. */
  void awaitEnd() {
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void revoking(List<OwnedPartition> partitions) {
    change(partitions, FinishedPrefix::close);
    long deadline = System.nanoTime() + DurationNanos.capped(options.drain());
    draining.add(new Draining(partitions, deadline));
  }

  @Override
  public void lost(List<OwnedPartition> partitions) {
    change(partitions, FinishedPrefix::abandon);
    lock.lock();
    try {
      prefixes.keySet().removeAll(partitions);
    } finally {
      lock.unlock();
    }
  }

  private void change(Collection<OwnedPartition> partitions, Consumer<FinishedPrefix> change) {
    lock.lock();
    try {
      partitions.stream().map(prefixes::get).filter(Objects::nonNull).forEach(change);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void giveUpDrained() {
    for (Iterator<Draining> each = draining.iterator(); each.hasNext(); ) {
      Draining next = each.next();
      if (isDrained(next.partitions()) || System.nanoTime() - next.deadlineNanos() >= 0) {
        each.remove();
        poller.giveUp(next.partitions());
        lost(next.partitions());
      }
    }
  }

  private boolean isDrained(List<OwnedPartition> partitions) {
    lock.lock();
    try {
      return partitions.stream()
          .map(prefixes::get)
          .allMatch(prefix -> prefix == null || prefix.isDrained());
    } finally {
      lock.unlock();
    }
  }

  private boolean isStopping() {
    lock.lock();
    try {
      return stopping || failure != null;
    } finally {
      lock.unlock();
    }
  }

  /** Takes and starts events if there is room for them, or waits until something changes. */
  private void takeOnce() throws InterruptedException {
    PollResult result = room();
    long deadlineNanos = deadlineNanos();
    if (result == null) {
      stopIfWoken(queue.awaitNudge(deadlineNanos), deadlineNanos);
      return;
    }
    poller.beginTake();
    poller.fill(result, System.nanoTime());
    start(result.events());
    if (result.isEmpty()) {
      stopIfWoken(poller.await(deadlineNanos), deadlineNanos);
    }
  }

  private void stopIfWoken(boolean more, long deadlineNanos) {
    if (!more && System.nanoTime() - deadlineNanos < 0) {
      stop();
    }
  }

  private long deadlineNanos() {
    long now = System.nanoTime();
    return now
        + draining.stream()
            .mapToLong(each -> Math.max(0, each.deadlineNanos() - now))
            .min()
            .orElse(TimeUnit.HOURS.toNanos(1));
  }

  /** A result for as many events as may be started; null if there are too many in flight. */
  private PollResult room() {
    lock.lock();
    try {
      int events = options.maxInFlightEvents() - eventsInFlight;
      long bytes = options.maxInFlightBytes() - bytesInFlight;
      return events <= 0 || bytes <= 0
          ? null
          : new PollResult(Math.min(events, settings.reading().limits().maxPollEvents()), bytes);
    } finally {
      lock.unlock();
    }
  }

  private void start(List<ConsumedEvent> events) {
    lock.lock();
    try {
      for (ConsumedEvent event : events) {
        OwnedPartition partition = poller.of(event.topic(), event.partition());
        FinishedPrefix prefix = prefixes.computeIfAbsent(partition, p -> new FinishedPrefix());
        start(new Task(partition, prefix, prefix.add(event.offset()), event));
      }
      for (OwnedPartition each : poller.touched()) {
        FinishedPrefix prefix = prefixes.computeIfAbsent(each, p -> new FinishedPrefix());
        prefix.handedOutTo(each.cursor().position());
        each.finished(prefix.position());
      }
      if (!events.isEmpty()) {
        progress.handedOut(eventsInFlight);
      }
    } finally {
      lock.unlock();
    }
  }

  private void start(Task task) {
    eventsInFlight++;
    bytesInFlight += task.bytes();
    Object lane = laneOf(task);
    ArrayDeque<Task> waiting = lanes.get(lane);
    if (waiting != null) {
      waiting.add(task);
      return;
    }
    ArrayDeque<Task> only = new ArrayDeque<>();
    only.add(task);
    lanes.put(lane, only);
    executor.execute(() -> runNext(lane));
  }

  private Object laneOf(Task task) {
    return switch (options.ordering()) {
      case PARTITION -> task.partition();
      case KEY ->
          task.event().key() == null
              ? task
              : new KeyLane(task.partition(), ByteBuffer.wrap(task.event().key()));
      case NONE -> task;
    };
  }

  /** Runs the first event of a lane. A worker. */
  private void runNext(Object lane) {
    Task task;
    lock.lock();
    try {
      task = lanes.get(lane).peek();
    } finally {
      lock.unlock();
    }
    boolean started = mayStart(task);
    boolean finished = started && attempts(task);
    lock.lock();
    try {
      if (started) {
        task.prefix().stopped();
        running--;
      }
      done(lane, task, finished);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    queue.nudge();
  }

  /** Waits while another member may have the partition, as a poll does. */
  private boolean mayStart(Task task) {
    lock.lock();
    try {
      while (isWanted(task) && !poller.isSure()) {
        changed.awaitNanos(UNSURE_CHECK_NANOS);
      }
      if (!isWanted(task)) {
        return false;
      }
      task.prefix().started(task.slot());
      running++;
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the pool is shut down
      return false;
    } finally {
      lock.unlock();
    }
  }

  private boolean isWanted(Task task) {
    return failure == null && task.prefix().mayStart(task.slot()) && !task.partition().isGone();
  }

  /** Calls the handler, again after a pause if it fails. Returns whether the event is finished. */
  private boolean attempts(Task task) {
    long pauseNanos = DurationNanos.capped(options.firstPause());
    long longestNanos = DurationNanos.capped(options.longestPause());
    for (int attempt = 1; ; attempt++) {
      try {
        handler.handle(task.event());
        return true;
      } catch (Exception | Error e) {
        if (giveUpIfStopped(task)) {
          return false;
        }
        if (attempt == options.attempts() || e instanceof Error) {
          fail(task, attempt, e);
          return false;
        }
      }
      if (!pause(task, Math.min(pauseNanos, longestNanos))) {
        return false;
      }
      pauseNanos = Math.min(longestNanos, 2 * pauseNanos);
    }
  }

  /** A failed event is not tried again when its partition moves or the run ends. */
  private boolean giveUpIfStopped(Task task) {
    lock.lock();
    try {
      if (!stopping && !task.prefix().isClosed()) {
        return false;
      }
      task.prefix().abandon();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Returns false if the event must not be tried again. */
  private boolean pause(Task task, long nanos) {
    long deadline = System.nanoTime() + nanos;
    lock.lock();
    try {
      while (!giveUpIfStopped(task) && failure == null) {
        long remaining = deadline - System.nanoTime();
        if (remaining <= 0) {
          return true;
        }
        changed.awaitNanos(remaining);
      }
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the pool is shut down
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void fail(Task task, int attempts, Throwable cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure =
            new EventProcessingException(
                "group '"
                    + settings.group()
                    + "': the handler failed at event "
                    + task.event().offset()
                    + " of "
                    + task.partition().name()
                    + " after "
                    + attempts
                    + (attempts == 1 ? " attempt" : " attempts")
                    + ": "
                    + cause
                    + "; the event is not committed and comes again: correct the handler, retry in"
                    + " the options, or catch the exception to skip the event",
                task.event(),
                cause);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void done(Object lane, Task task, boolean finished) {
    ArrayDeque<Task> waiting = lanes.get(lane);
    waiting.poll();
    if (waiting.isEmpty()) {
      lanes.remove(lane);
    } else if (!executor.isShutdown()) {
      executor.execute(() -> runNext(lane));
    }
    eventsInFlight--;
    bytesInFlight -= task.bytes();
    if (finished) {
      task.prefix().finish(task.slot());
      task.partition().finished(task.prefix().position());
      progress.handedOut(eventsInFlight);
    }
  }

  /** Waits for running handlers, for a limited time, and ends the threads. */
  private void drainAll() {
    lock.lock();
    try {
      stopping = true;
      prefixes.values().forEach(FinishedPrefix::close);
      changed.signalAll();
      long deadline = System.nanoTime() + DurationNanos.capped(options.drain());
      while (!isQuiet() && deadline - System.nanoTime() > 0) {
        changed.awaitNanos(deadline - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      prefixes.values().forEach(FinishedPrefix::abandon);
      executor.shutdownNow();
      lock.unlock();
    }
    for (Draining each : draining) {
      poller.giveUp(each.partitions());
    }
  }

  /** Whether no handler runs, and none will. */
  private boolean isQuiet() {
    return failure == null
        ? prefixes.values().stream().allMatch(FinishedPrefix::isDrained)
        : running == 0;
  }

  private void throwFailure() {
    lock.lock();
    try {
      if (failure != null) {
        throw failure;
      }
    } finally {
      lock.unlock();
    }
  }

  private ThreadFactory threads() {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread =
          new Thread(task, "millrace-process-" + settings.group() + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      workers.add(thread);
      return thread;
    };
  }
}
