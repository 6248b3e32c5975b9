package io.millrace.spring;

import io.millrace.client.EventProcessingException;
import io.millrace.client.GroupConsumer;
import io.millrace.client.MillraceException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A method with {@link MillraceListener}, as a member of its group. It can be stopped and started
 * again. Its thread {@code millrace-listener-ID} joins the group, runs {@code process}, and joins
 * again after a failure that a retry can fix. Thread-safe.
 */
public final class RunningListener {

  private static final Logger LOG = LoggerFactory.getLogger(RunningListener.class);

  /** The listener whose method the thread runs. */
  private static final ThreadLocal<RunningListener> CURRENT = new ThreadLocal<>();

  private final ListenerSpec spec;
  private final MillraceProperties properties;
  private final Supplier<GroupConsumer> members;
  private final Function<RunningListener, ListenerHandler> handlers;

  /** The listener's thread. */
  private BackOff pauses;

  private ListenerState state = ListenerState.STOPPED;
  private Throwable failure;
  private boolean stopping;
  private boolean joining;
  private GroupConsumer member;
  private Thread thread;
  private CompletableFuture<Void> ended = CompletableFuture.completedFuture(null);

  /**
   * Creates a listener that is stopped.
   *
   * @param members joins the group
   * @param handlers makes the handler of one run
   */
  RunningListener(
      ListenerSpec spec,
      MillraceProperties properties,
      Supplier<GroupConsumer> members,
      Function<RunningListener, ListenerHandler> handlers) {
    this.spec = spec;
    this.properties = properties;
    this.members = members;
    this.handlers = handlers;
    this.pauses = new BackOff(properties.reconnectBackoff());
  }

  /** The id of the annotation. */
  public String id() {
    return spec.id();
  }

  /** The group of the listener. */
  public String group() {
    return spec.group();
  }

  /** What the listener does now. */
  public synchronized ListenerState state() {
    return state;
  }

  /**
   * Why the listener is not running: an {@link EventProcessingException} names the event that has
   * failed. Empty if it runs, or the application has stopped it.
   */
  public synchronized Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /** Starts the listener, also after it has failed. Does not wait. No effect if it runs. */
  public void start() {
    start(null);
  }

  /**
   * Stops the listener: it takes no more events, waits for the methods that run, commits, and
   * leaves the group. Waits for it, for the time {@code millrace.listener.drain} and one request
   * timeout at most; on a thread of its own method it does not wait.
   */
  public void stop() {
    CompletableFuture<Void> end = requestStop();
    if (CURRENT.get() != this) {
      end.join();
    }
  }

  ListenerSpec spec() {
    return spec;
  }

  /**
   * Joins the group, so that a wrong setting stops the application, and starts. No effect if the
   * listener is not stopped.
   *
   * @throws ListenerConfigurationException if the broker refuses the listener for good
   */
  void joinAndStart() {
    if (state() != ListenerState.STOPPED) {
      return;
    }
    GroupConsumer first = null;
    try {
      first = members.get();
    } catch (MillraceException e) {
      if (!e.retriable()) {
        throw new ListenerConfigurationException(
            id(),
            "the broker refuses it: " + e.code() + ": " + e.getMessage(),
            "correct the annotation or the properties millrace.listener.*",
            e);
      }
      note(ListenerState.JOINING, e);
    }
    if (!start(first) && first != null) {
      first.close(); // another thread has started the listener meanwhile
    }
  }

  /** Begins to stop; the result completes when the listener has left its group. */
  synchronized CompletableFuture<Void> requestStop() {
    stopping = true;
    notifyAll();
    if (member != null) {
      member.wakeup();
    } else if (joining) {
      thread.interrupt();
    }
    if (ended.isDone()) {
      state = ListenerState.STOPPED;
      failure = null;
    }
    return ended;
  }

  synchronized boolean isStopping() {
    return stopping;
  }

  /** The calling thread runs the method. */
  void enter() {
    CURRENT.set(this);
  }

  /** The calling thread does not run the method any more. */
  void leave() {
    CURRENT.remove();
  }

  /**
   * Starts the thread. A listener that is about to stop starts again when it has stopped.
   *
   * @return whether the thread has the member now
   */
  private synchronized boolean start(GroupConsumer first) {
    if (!ended.isDone()) {
      if (stopping) {
        ended.thenRun(this::start);
      }
      return false;
    }
    stopping = false;
    state = ListenerState.JOINING;
    ended = new CompletableFuture<>();
    thread = new Thread(() -> run(first), "millrace-listener-" + id());
    thread.start();
    return true;
  }

  private void run(GroupConsumer first) {
    GroupConsumer next = first;
    boolean again = true;
    while (again) {
      try (GroupConsumer joined = next == null ? join() : next) {
        next = null;
        process(joined);
        again = !isStopping();
      } catch (EventProcessingException e) {
        again = eventFailed(e);
      } catch (MillraceException e) {
        again = lost(e);
      } catch (RuntimeException | Error e) {
        again = fail(e);
      }
    }
    end();
  }

  private GroupConsumer join() {
    synchronized (this) {
      joining = !stopping;
    }
    try {
      return isStopping() ? null : members.get();
    } finally {
      synchronized (this) {
        joining = false;
        if (stopping) {
          Thread.interrupted(); // by requestStop; closing a member must not see it
        }
      }
    }
  }

  /** Processes until the listener is stopped or fails. */
  private void process(GroupConsumer joined) {
    synchronized (this) {
      if (stopping || joined == null) {
        return;
      }
      member = joined;
      state = ListenerState.RUNNING;
      failure = null;
    }
    pauses = new BackOff(properties.reconnectBackoff());
    LOG.info("event=spring_listener_running listener={} group={}", id(), group());
    try {
      joined.process(handlers.apply(this), spec.options());
    } finally {
      synchronized (this) {
        member = null;
      }
    }
  }

  /** Returns whether the listener joins again. */
  private boolean eventFailed(EventProcessingException failed) {
    if (spec.onFailure() == OnFailure.STOP) {
      return fail(failed);
    }
    LOG.error(
        "event=spring_listener_paused listener={} pause={}",
        id(),
        properties.listener().restartPause(),
        failed);
    note(ListenerState.PAUSED, failed);
    return pause(properties.listener().restartPause());
  }

  /** Returns whether the listener joins again. */
  private boolean lost(MillraceException cause) {
    if (isStopping()) {
      return false;
    }
    if (!cause.retriable()) {
      return fail(cause);
    }
    LOG.warn("event=spring_listener_joining listener={} cause={}", id(), cause.toString());
    note(ListenerState.JOINING, cause);
    return pause(pauses.next());
  }

  private boolean fail(Throwable cause) {
    LOG.error("event=spring_listener_failed listener={} group={}", id(), group(), cause);
    note(ListenerState.FAILED, cause);
    return false;
  }

  private synchronized void note(ListenerState now, Throwable cause) {
    state = now;
    failure = cause;
  }

  /** Returns whether the pause is over and the listener is not to stop. */
  private synchronized boolean pause(Duration time) {
    long deadline = System.nanoTime() + time.toNanos();
    try {
      for (long left = time.toNanos(); left > 0 && !stopping; left = deadline - System.nanoTime()) {
        wait(left / 1_000_000, (int) (left % 1_000_000));
      }
      return !stopping;
    } catch (InterruptedException e) {
      return false; // only the end of the application interrupts it
    }
  }

  private void end() {
    CompletableFuture<Void> done;
    synchronized (this) {
      if (stopping || state != ListenerState.FAILED) {
        state = ListenerState.STOPPED;
        failure = null;
      }
      thread = null;
      done = ended;
    }
    LOG.info("event=spring_listener_stopped listener={} group={}", id(), group());
    done.complete(null);
  }
}
