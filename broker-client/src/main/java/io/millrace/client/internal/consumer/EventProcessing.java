package io.millrace.client.internal.consumer;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.EventHandler;
import io.millrace.client.EventProcessingException;
import io.millrace.client.ProcessOptions;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.DurationNanos;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a handler on several threads. The consumer's thread takes events and puts each into
 * one of the {@link ProcessingLanes}. The lock guards lanes, prefixes and counters; a handler runs
 * without it.
 */
final class EventProcessing implements GroupPoller.Holder, HandlerAttempts.Run {

  private static final Logger LOG = LoggerFactory.getLogger(EventProcessing.class);

  private static final long LONGEST_WAIT_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final long UNSURE_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final GroupSettings settings;
  private final ProcessOptions options;
  private final GroupPoller poller;
  private final DeliveryQueue queue;
  private final MemberConsumer.ApplicationProgress progress;
  private final HandlerAttempts attempts;
  private final ProcessingLanes lanes;
  private final HandlerThreads threads;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final FinishedPrefixes prefixes = new FinishedPrefixes();
  private final InFlightEvents inFlight;
  private int running;
  private boolean stopping;
  private EventProcessingException failure;

  /** The consumer's thread. */
  private final DrainingPartitions draining = new DrainingPartitions();

  /** The consumer's thread. */
  private boolean drained;

  EventProcessing(
      GroupSettings settings,
      EventHandler handler,
      ProcessOptions options,
      GroupPoller poller,
      DeliveryQueue queue,
      MemberConsumer.ApplicationProgress progress) {
    this.settings = settings;
    this.options = options;
    this.poller = poller;
    this.queue = queue;
    this.progress = progress;
    this.inFlight = new InFlightEvents(options, settings.reading().limits().maxPollEvents());
    this.attempts = new HandlerAttempts(settings.group(), handler, options, this);
    this.threads = new HandlerThreads("millrace-process-" + settings.group() + "-");
    this.lanes = new ProcessingLanes(threads, options, lock, this::work);
  }

  /** Processes until it is stopped, or fails. The consumer's thread. */
  void run() {
    try {
      while (!isStopping()) {
        poller.applyChanges(this);
        giveUp(this::isDrained);
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

  /** The threads of the run. Any thread. */
  HandlerThreads threads() {
    return threads;
  }

  /**
   * The partitions with events that were taken and are not finished, with the offset of the first
   * one of each. After {@link #run}.
   */
  Map<OwnedPartition, Long> unfinished() {
    lock.lock();
    try {
      return prefixes.unfinished();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void revoking(List<OwnedPartition> partitions) {
    change(partitions, FinishedPrefix::close);
    draining.add(partitions, System.nanoTime() + DurationNanos.capped(options.drain()));
  }

  @Override
  public void lost(List<OwnedPartition> partitions) {
    lock.lock();
    try {
      prefixes.change(partitions, FinishedPrefix::abandon);
      prefixes.forget(partitions);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void change(Collection<OwnedPartition> partitions, Consumer<FinishedPrefix> change) {
    lock.lock();
    try {
      prefixes.change(partitions, change);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void giveUp(Predicate<List<OwnedPartition>> isDue) {
    List<OwnedPartition> due = draining.takeDue(isDue);
    while (due != null) {
      lost(due); // before the listener hears of it, so that no event of them begins
      poller.giveUp(due);
      due = draining.takeDue(isDue);
    }
  }

  private boolean isDrained(List<OwnedPartition> partitions) {
    lock.lock();
    try {
      return prefixes.areDrained(partitions);
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

  /**
   * Takes and starts events if the limits for events in flight allow, or waits until something
   * changes.
   */
  private void takeOnce() throws InterruptedException {
    if (isStopping()) {
      return; // a listener may have closed the consumer
    }
    PollResult result = withinLimits();
    long deadlineNanos = draining.nextDeadlineNanos(LONGEST_WAIT_NANOS);
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

  /** A result for as many events as may be started; null if there are too many in flight. */
  private PollResult withinLimits() {
    lock.lock();
    try {
      return inFlight.result();
    } finally {
      lock.unlock();
    }
  }

  private void start(List<ConsumedEvent> events) {
    lock.lock();
    try {
      for (ConsumedEvent event : events) {
        OwnedPartition partition = poller.of(event.topic(), event.partition());
        FinishedPrefix prefix = prefixes.of(partition);
        start(new ProcessingTask(partition, prefix, prefix.add(event.offset()), event));
      }
      for (OwnedPartition each : poller.touched()) {
        FinishedPrefix prefix = prefixes.of(each);
        prefix.handedOutTo(each.cursor().position());
        each.finished(prefix.position());
      }
      if (!events.isEmpty()) {
        progress.handedOut(inFlight.events());
      }
    } finally {
      lock.unlock();
    }
  }

  private void start(ProcessingTask task) {
    inFlight.begin(task);
    lanes.add(task);
  }

  /** Handles an event. A worker. */
  private void work(ProcessingTask task) {
    boolean started = mayStart(task);
    boolean finished = started && attempts.handle(task);
    lock.lock();
    try {
      if (started) {
        task.prefix().stopped();
        running--;
      }
      done(task, finished);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    queue.nudge();
  }

  /** Waits while another member may have the partition, as a poll does. */
  private boolean mayStart(ProcessingTask task) {
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

  private boolean isWanted(ProcessingTask task) {
    return failure == null && task.prefix().mayStart(task.slot()) && !task.partition().isGone();
  }

  @Override
  public boolean giveUpIfStopped(ProcessingTask task) {
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

  @Override
  public boolean pause(ProcessingTask task, long nanos) {
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

  /** No failure of the run: the event comes again, here or at another member. */
  @Override
  public void givenUp(EventProcessingException next) {
    lock.lock();
    try {
      if (failure != null) {
        failure.addSuppressed(next);
        return;
      }
    } finally {
      lock.unlock();
    }
    LOG.warn("event=group_handler_failed group={}", settings.group(), next);
  }

  @Override
  public void failed(EventProcessingException next) {
    lock.lock();
    try {
      if (failure == null) {
        failure = next;
      } else {
        failure.addSuppressed(next); // at most one for each thread
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void done(ProcessingTask task, boolean finished) {
    inFlight.end(task);
    if (finished) {
      task.prefix().finish(task.slot());
      task.partition().finished(task.prefix().position());
      progress.handedOut(inFlight.events());
    }
  }

  /**
   * Waits for running handlers, for a limited time, and ends the threads. Later calls do nothing.
   * The consumer's thread.
   */
  void drainAll() {
    if (drained) {
      return;
    }
    drained = true;
    lock.lock();
    try {
      stopping = true;
      prefixes.changeAll(FinishedPrefix::close);
      changed.signalAll();
      long deadline = System.nanoTime() + DurationNanos.capped(options.drain());
      while (!isQuiet() && deadline - System.nanoTime() > 0) {
        changed.awaitNanos(deadline - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      prefixes.changeAll(FinishedPrefix::abandon);
      lanes.shutdown();
      lock.unlock();
    }
    giveUp(each -> true);
  }

  /** Whether no handler runs, and none will. */
  private boolean isQuiet() {
    return failure == null ? prefixes.areDrained() : running == 0;
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
}
