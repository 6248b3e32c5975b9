package io.millrace.client.internal.producer;

import io.millrace.client.MillraceException;
import io.millrace.client.RetryPolicy;
import io.millrace.client.internal.connection.Backoff;
import io.millrace.client.internal.connection.ClientConnection;
import io.millrace.client.internal.connection.DurationNanos;
import io.millrace.client.internal.connection.LinkListener;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a producer does on the event loop: wakes the lines that have something to send, tells them
 * of connections, and ends what was not delivered in time. {@link #wake}, {@link #wakeAll}, {@link
 * #flush}, {@link #start} and {@link #abandon} are for any thread.
 */
final class ProducerSender implements LinkListener {

  private static final Logger LOG = LoggerFactory.getLogger(ProducerSender.class);
  private static final long LONGEST_CHECK_MS = 1000;
  private static final int CHECKS_PER_TIMEOUT = 8;

  private final ReconnectingLink link;
  private final ProducerSettings settings;
  private final BatchPool pool;
  private final ReceiptNotifier receipts;
  private final UnfilledBatchLimiter turns;
  private final List<PartitionSender> lines = new ArrayList<>();
  private final Queue<PartitionSender> woken = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean runScheduled = new AtomicBoolean();

  private Future<?> check;
  private MillraceException disconnection;

  ProducerSender(
      ReconnectingLink link,
      ProducerSettings settings,
      ProducerRegistration start,
      RandomGenerator random) {
    this.link = link;
    this.settings = settings;
    this.pool = new BatchPool(settings, link.eventLoop(), this::wakeAll);
    this.receipts = new ReceiptNotifier(settings.delivery().receipts());
    this.turns = new UnfilledBatchLimiter(link::execute);
    for (int partition = 0; partition < settings.topic().partitions(); partition++) {
      lines.add(new PartitionSender(this, settings, partition, start, backoff(random)));
    }
  }

  private Backoff backoff(RandomGenerator random) {
    RetryPolicy retry = settings.delivery().retry();
    return new Backoff(retry.initialBackoff(), retry.maxBackoff(), random);
  }

  /** Begins to send and to watch the time. */
  void start() {
    long timeoutMs =
        TimeUnit.NANOSECONDS.toMillis(
            DurationNanos.of(settings.delivery().retry().deliveryTimeout()));
    long everyMs = Math.max(1, Math.min(LONGEST_CHECK_MS, timeoutMs / CHECKS_PER_TIMEOUT));
    check =
        link.eventLoop()
            .scheduleWithFixedDelay(this::check, everyMs, everyMs, TimeUnit.MILLISECONDS);
    link.attach(this);
  }

  /**
   * @throws IllegalStateException on the event loop, which must not wait for itself
   */
  void requireOffEventLoop(String what) {
    link.requireOffEventLoop(what);
  }

  BatchPool pool() {
    return pool;
  }

  UnfilledBatchLimiter turns() {
    return turns;
  }

  /** Any thread. */
  ReceiptNotifier receipts() {
    return receipts;
  }

  PartitionAccumulator queue(int partition) {
    return lines.get(partition).queue();
  }

  /** Makes the event loop look at a line. */
  void wake(PartitionSender line) {
    woken.add(line);
    if (runScheduled.compareAndSet(false, true)) {
      link.execute(this::run);
    }
  }

  /** Makes the event loop look at every line. */
  void wakeAll() {
    link.execute(this::pumpAll);
  }

  /** Sends what is waiting; done when everything sent so far has its receipt or its failure. */
  CompletableFuture<Void> flush() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    link.execute(
        () -> {
          List<CompletableFuture<Void>> told = new ArrayList<>();
          lines.forEach(line -> line.flush(told));
          CompletableFuture.allOf(told.toArray(CompletableFuture[]::new))
              .thenAccept(done::complete);
          pumpAll();
        });
    return done;
  }

  /** Fails what is not done and lets go of the link; done when it is. */
  CompletableFuture<Void> abandon(MillraceException cause) {
    return CompletableFuture.runAsync(
        () -> {
          check.cancel(false);
          link.detach(this);
          fail(cause);
        },
        link::execute);
  }

  /** Whether batches that can be sent must not linger, because senders wait for their memory. */
  boolean isHurried() {
    return pool.isShort();
  }

  /** Runs a task on the event loop after a pause. */
  void later(Runnable task, long delayMs) {
    laterNanos(task, TimeUnit.MILLISECONDS.toNanos(delayMs));
  }

  /** Runs a task on the event loop after a pause. */
  void laterNanos(Runnable task, long delayNanos) {
    link.eventLoop().schedule(task, delayNanos, TimeUnit.NANOSECONDS);
  }

  /** A producer id never given before; completes on the event loop. */
  CompletableFuture<ProducerIdentity> newIdentity() {
    return ProducerIdentity.request(link);
  }

  /** No later event can fare better: fails all lines, and {@code send} from now on. */
  void fail(MillraceException cause) {
    lines.forEach(line -> line.fail(cause));
  }

  /** Why events that are not resent were lost. */
  MillraceException disconnection() {
    return disconnection == null
        ? new MillraceException(
            ErrorCode.CONNECTION_LOST, "the connection broke while the event was being sent")
        : disconnection;
  }

  /** The failure of an event whose delivery time is over. */
  MillraceException undelivered(int partition, String outcome, MillraceException lastRefusal) {
    String reason = "";
    if (disconnection != null) {
      reason = "; last failure: " + disconnection.getMessage();
    } else if (lastRefusal != null) {
      reason = "; last refusal: " + lastRefusal.code() + ": " + lastRefusal.getMessage();
    }
    return new MillraceException(
        ErrorCode.DELIVERY_TIMEOUT,
        "an event for topic "
            + settings.topic().name()
            + " partition "
            + partition
            + " has no receipt after "
            + settings.delivery().retry().deliveryTimeout()
            + ": "
            + outcome
            + reason);
  }

  @Override
  public void connected(ClientConnection connection) {
    disconnection = null;
    lines.forEach(line -> line.connected(connection));
  }

  @Override
  public void disconnected(MillraceException cause) {
    disconnection = cause;
    lines.forEach(PartitionSender::disconnected);
  }

  @Override
  public void writable() {
    pumpAll();
  }

  @Override
  public void failed(MillraceException cause) {
    fail(cause);
  }

  private void run() {
    runScheduled.set(false);
    for (PartitionSender line = woken.poll(); line != null; line = woken.poll()) {
      line.pump();
    }
  }

  private void check() {
    try {
      long begunBefore =
          System.nanoTime() - DurationNanos.of(settings.delivery().retry().deliveryTimeout());
      lines.forEach(line -> line.expire(begunBefore));
      pumpAll();
    } catch (Throwable e) {
      // Thrown further it would end the checks, and with them every later delivery timeout.
      LOG.error("event=producer_check_failed topic={}", settings.topic().name(), e);
    }
  }

  private void pumpAll() {
    lines.forEach(PartitionSender::pump);
  }
}
