package io.millrace.client.internal.queue;

import io.millrace.client.MillraceException;
import io.millrace.client.QueueConsumer;
import io.millrace.client.QueueHandler;
import io.millrace.client.QueueSettings;
import io.millrace.client.QueuedEvent;
import io.millrace.client.internal.connection.Backoff;
import io.millrace.client.internal.connection.BlockingCalls;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.DurationNanos;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.client.internal.consumer.SingleUser;
import io.millrace.client.internal.queue.Settling.Verdict;
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.SettlementKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A consumer of a queue. {@link QueueSession} and {@link Settlements} talk to the broker. */
final class LockingConsumer implements QueueConsumer, QueueSession.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(LockingConsumer.class);

  /** The longest time that the broker lets one TAKE wait. */
  private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** How much longer than its wait the answer to a TAKE may need. */
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Duration LONGEST_DELAY = Duration.ofHours(12);

  private final ReconnectingLink link;
  private final BlockingCalls calls;
  private final QueueOptions options;
  private final Settlements settlements;
  private final QueueSession session;
  private final LockedEvents locked = new LockedEvents();
  private final TakenEvents decoder;
  private final Wakeups wakeups = new Wakeups();
  private final SingleUser user;
  private final Consumer<LockingConsumer> onClose;

  private volatile QueueSettings settings;
  private volatile MillraceException failure;
  private volatile boolean closing;
  private volatile boolean closed;
  private volatile QueueProcessing processing;

  LockingConsumer(
      ReconnectingLink link,
      BlockingCalls calls,
      QueueOptions options,
      Backoff retry,
      Consumer<LockingConsumer> onClose) {
    this.link = link;
    this.calls = calls;
    this.options = options;
    this.settlements = new Settlements(() -> link.execute(this::flush));
    this.session = new QueueSession(link, options, settlements, retry, this);
    this.decoder = new TakenEvents(options.topic());
    this.onClose = onClose;
    this.user = new SingleUser("consumer of queue " + options.queue(), () -> {});
  }

  /** Opens the queue. Blocks until the broker has answered. */
  void open() {
    settings = SettingsConversion.fromWire(calls.await(session.open()).settings());
  }

  private void flush() {
    session.flush();
  }

  @Override
  public List<QueuedEvent> poll(Duration timeout) {
    user.enter();
    try {
      return poll(options.maxPollEvents(), System.nanoTime() + DurationNanos.capped(timeout));
    } finally {
      user.leave();
    }
  }

  /** Takes events until a deadline, unless {@link #wakeup} is called. The consumer's thread. */
  List<QueuedEvent> poll(int maxEvents, long deadlineNanos) {
    requireOpen();
    while (true) {
      long leftNanos = Math.max(0, deadlineNanos - System.nanoTime());
      long waitNanos = Math.min(leftNanos, MAX_WAIT_NANOS);
      CompletableFuture<Taken> answer = new CompletableFuture<>();
      link.execute(
          () ->
              session.take(
                  maxEvents,
                  options.maxPollBytes(),
                  TimeUnit.NANOSECONDS.toMicros(waitNanos),
                  answer));
      Taken taken = await(answer, deadlineNanos);
      if (taken != null && !taken.isEmpty()) {
        return decode(taken);
      }
      if (taken != null) {
        taken.release();
      }
      if (taken == null || System.nanoTime() - deadlineNanos >= 0) {
        return List.of();
      }
    }
  }

  /** The answer; null after a wake-up, or if none came in time. */
  private Taken await(CompletableFuture<Taken> answer, long deadlineNanos) {
    try {
      if (!wakeups.await(answer, deadlineNanos + ANSWER_NANOS) && answer.cancel(false)) {
        return null;
      }
    } catch (InterruptedException e) {
      if (!answer.cancel(false) && !answer.isCompletedExceptionally()) {
        giveBack(answer.join());
      }
      throw ClientFailures.interrupted("events of queue " + queue(), e);
    }
    if (answer.isCompletedExceptionally()) {
      requireOpen();
      throw ClientFailures.again(failureOf(answer));
    }
    return answer.join();
  }

  private static MillraceException failureOf(CompletableFuture<Taken> answer) {
    return (MillraceException) answer.handle((taken, failure) -> failure).join();
  }

  private List<QueuedEvent> decode(Taken taken) {
    try {
      List<QueuedEvent> events = decoder.decode(taken);
      locked.add(
          events, TimeUnit.MICROSECONDS.toNanos(taken.response().lockMicros()), taken.atNanos());
      return events;
    } finally {
      taken.release();
    }
  }

  /** Releases the events of an answer that nobody takes. */
  private void giveBack(Taken taken) {
    try {
      if (!taken.isEmpty()) {
        unwanted(taken);
      }
    } finally {
      taken.release();
    }
  }

  @Override
  public void unwanted(Taken taken) {
    for (QueuedEvent event : new TakenEvents(options.topic()).decode(taken)) {
      settlements.add(event, Verdict.release(0), new CompletableFuture<>());
    }
  }

  @Override
  public void locksLost() {
    locked.clear();
    settlements.fail(lockLost("the broker has ended the session of the consumer"));
  }

  @Override
  public void ended(MillraceException cause) {
    failure = cause;
    wakeups.wakeUp();
  }

  /** Renews the lock of an event if half of it is over. Any thread. */
  void renewIfDue(QueuedEvent event) {
    if (locked.needsRenewal(event, System.nanoTime())) {
      renew(event);
    }
  }

  /** The shortest time for which an event is locked; {@code Long.MAX_VALUE} without any. */
  long shortestLockNanos() {
    return locked.shortestNanos();
  }

  /** Whether an event is locked, as far as the client knows. Any thread. */
  boolean isLocked(QueuedEvent event) {
    return locked.contains(event);
  }

  @Override
  public CompletableFuture<Void> accept(QueuedEvent event) {
    return settle(event, Verdict.ACCEPT);
  }

  @Override
  public CompletableFuture<Void> fail(QueuedEvent event, String reason) {
    return settle(event, Verdict.failed(reason));
  }

  @Override
  public CompletableFuture<Void> reject(QueuedEvent event, String reason) {
    return settle(event, Verdict.rejected(reason));
  }

  @Override
  public CompletableFuture<Void> release(QueuedEvent event) {
    return settle(event, Verdict.release(0));
  }

  @Override
  public CompletableFuture<Void> release(QueuedEvent event, Duration delay) {
    if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
      throw new IllegalArgumentException("delay must be 0 to 12 hours, not " + delay);
    }
    return settle(event, Verdict.release(TimeUnit.NANOSECONDS.toMicros(delay.toNanos())));
  }

  @Override
  public CompletableFuture<Void> renew(QueuedEvent event) {
    long lockNanos = closed ? 0 : locked.renewing(event);
    if (lockNanos == 0) {
      return settle(event, Verdict.RENEW);
    }
    long endNanos = System.nanoTime() + lockNanos;
    long endMicros = EpochMicros.of(Instant.now().plusNanos(lockNanos));
    return settle(event, Verdict.RENEW)
        .whenComplete(
            (done, refusal) -> {
              locked.renewed(event, refusal == null, endNanos);
              if (refusal == null) {
                event.lockedUntilMicros(endMicros);
              }
            });
  }

  private CompletableFuture<Void> settle(QueuedEvent event, Verdict verdict) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    boolean renewal = verdict.kind() == SettlementKind.RENEW;
    if (closed) {
      done.completeExceptionally(ClientFailures.closed("consumer of queue " + queue()));
    } else if (renewal ? locked.contains(event) : locked.remove(event)) {
      settlements.add(event, verdict, done);
    } else {
      done.completeExceptionally(
          lockLost(event.event() + " is settled already, or its lock was lost"));
    }
    return done;
  }

  private MillraceException lockLost(String why) {
    return new MillraceException(
        ErrorCode.LOCK_LOST,
        "queue " + queue() + ": " + why + "; an event that is not done comes again");
  }

  @Override
  public void process(QueueHandler handler, int parallelism) {
    Objects.requireNonNull(handler, "handler");
    user.enter();
    try {
      requireOpen();
      QueueProcessing run = new QueueProcessing(this, options, handler, parallelism);
      processing = run;
      if (closing) {
        run.stop();
      }
      try {
        run.run();
      } finally {
        processing = null;
        run.threads().ended();
      }
    } finally {
      user.leave();
    }
  }

  @Override
  public String queue() {
    return options.queue();
  }

  @Override
  public QueueSettings settings() {
    return settings;
  }

  @Override
  public void wakeup() {
    QueueProcessing run = processing;
    if (run != null) {
      run.stop();
    }
    wakeups.wakeUp();
  }

  @Override
  public void close() {
    QueueProcessing run = processing;
    if (run != null) {
      run.threads().requireNoHandler();
    }
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
    }
    run = processing;
    if (run != null) {
      run.stop();
      wakeups.wakeUp();
      if (!user.isCaller()) {
        run.threads().awaitEnd();
      }
    }
    closed = true;
    closeSession();
    wakeups.wakeUp();
    user.close();
    onClose.accept(this);
  }

  /** The settlements that wait go first. Without a connection, the broker ends the session. */
  private void closeSession() {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    try {
      link.execute(() -> session.close().whenComplete((done, failure) -> gone.complete(null)));
      calls.awaitIfConnected(gone);
    } catch (MillraceException e) {
      LOG.warn("event=queue_close_failed queue={} cause={}", queue(), e.toString());
    }
    settlements.end(ClientFailures.closed("consumer of queue " + queue()));
  }

  private void requireOpen() {
    if (closed) {
      throw ClientFailures.closed(
          "consumer of queue " + queue(),
          Optional.ofNullable(failure).map(cause -> "it had failed before: " + cause.getMessage()));
    }
    if (failure != null) {
      throw ClientFailures.again(failure);
    }
  }
}
