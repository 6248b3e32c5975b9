package io.millrace.client.internal.producer;

import io.millrace.client.MillraceException;
import io.millrace.client.RetryPolicy;
import io.millrace.client.internal.connection.BackoffRange;
import io.millrace.client.internal.connection.ClientConnection;
import io.millrace.client.internal.connection.DurationNanos;
import io.millrace.client.internal.connection.LinkListener;
import io.millrace.client.internal.connection.ProduceThrottle;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.TimeSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sending half of a producer: the {@link PartitionSender}s of all partitions, on the event
 * loop. It runs the partitions that have something to send, passes connections on to them, and
 * enforces the delivery timeout.
 *
 * <p>{@link #start}, {@link #wake}, {@link #wakeAll}, {@link #flush} and {@link #abandon} are for
 * any thread; all else is for the event loop only.
 */
final class ProducerSender implements LinkListener {

  private static final Logger LOG = LoggerFactory.getLogger(ProducerSender.class);
  private static final long MAX_CHECK_INTERVAL_MS = 1000;
  private static final int CHECKS_PER_TIMEOUT = 8;

  private final ReconnectingLink link;
  private final ProducerSettings settings;
  private final BatchPool pool;
  private final ReceiptNotifier receipts;
  private final UnfilledBatchLimiter unfilledLimiter;
  private final List<PartitionSender> partitions = new ArrayList<>();
  private final Queue<PartitionSender> woken = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean runScheduled = new AtomicBoolean();

  private Future<?> deadlineCheck;
  private MillraceException disconnection;

  ProducerSender(
      ReconnectingLink link,
      ProducerSettings settings,
      ProducerRegistration registration,
      RandomGenerator random) {
    this.link = link;
    this.settings = settings;
    this.pool = new BatchPool(settings, link.eventLoop(), this::wakeAll, this::blocker);
    this.receipts = new ReceiptNotifier(settings.delivery().receipts());
    this.unfilledLimiter = new UnfilledBatchLimiter(link::execute);
    RetryPolicy retry = settings.delivery().retry();
    BackoffRange backoff = new BackoffRange(retry.initialBackoff(), retry.maxBackoff());
    for (int partition = 0; partition < settings.topic().partitions(); partition++) {
      partitions.add(
          new PartitionSender(this, settings, partition, registration, backoff.start(random)));
    }
  }

  /** Starts sending, and starts checking the delivery timeout. */
  void start() {
    long timeoutMs = TimeUnit.NANOSECONDS.toMillis(deliveryTimeoutNanos());
    long intervalMs = Math.max(1, Math.min(MAX_CHECK_INTERVAL_MS, timeoutMs / CHECKS_PER_TIMEOUT));
    deadlineCheck =
        link.eventLoop()
            .scheduleWithFixedDelay(
                this::checkDeadlines, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
    link.attach(this);
  }

  /**
   * Refuses a blocking call on the event loop.
   *
   * @param call the name of the call, for the message
   * @throws IllegalStateException on the event loop, which would wait for itself
   */
  void requireOffEventLoop(String call) {
    link.requireOffEventLoop(call);
  }

  /** The memory of the producer. Any thread. */
  BatchPool pool() {
    return pool;
  }

  UnfilledBatchLimiter unfilledLimiter() {
    return unfilledLimiter;
  }

  /** Reports the outcome of batches. Any thread. */
  ReceiptNotifier receipts() {
    return receipts;
  }

  /** The accumulator of a partition. Any thread. */
  PartitionAccumulator accumulator(int partition) {
    return partitions.get(partition).accumulator();
  }

  /** Makes the event loop send the ready batches of a partition. */
  void wake(PartitionSender partition) {
    woken.add(partition);
    if (runScheduled.compareAndSet(false, true)) {
      link.execute(this::pumpWoken);
    }
  }

  /** Makes the event loop send the ready batches of all partitions. */
  void wakeAll() {
    link.execute(this::sendAllReady);
  }

  /**
   * Sends all accumulated batches.
   *
   * @return completes when each batch so far is stored or has failed, and this is reported
   */
  CompletableFuture<Void> flush() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    link.execute(
        () -> {
          List<CompletableFuture<Void>> batches = new ArrayList<>();
          partitions.forEach(partition -> partition.flush(batches));
          CompletableFuture.allOf(batches.toArray(CompletableFuture[]::new))
              .thenAccept(done::complete);
          sendAllReady();
        });
    return done;
  }

  /**
   * Fails all batches that are not stored, and stops sending. Waits until this is done.
   *
   * @param cause makes the failure from the reason why batches of a partition are not stored, which
   *     is the end of a message
   * @throws MillraceException {@code CLOSED} if a callback blocks the event loop
   */
  void abandon(Function<String, MillraceException> cause) {
    CompletableFuture<Void> done =
        CompletableFuture.runAsync(
            () -> {
              deadlineCheck.cancel(false);
              link.detach(this);
              partitions.forEach(partition -> partition.fail(cause.apply(partition.delay())));
            },
            link::execute);
    if (!link.awaitEventLoop(done)) {
      throw ProducerFailures.blockedInClose(settings);
    }
  }

  /** Whether threads wait for memory, so that batches must not linger. */
  boolean isMemoryShort() {
    return pool.hasWaiters();
  }

  /** Runs a task on the event loop after a delay in milliseconds. */
  void schedule(Runnable task, long delayMs) {
    scheduleNanos(task, TimeUnit.MILLISECONDS.toNanos(delayMs));
  }

  /** Runs a task on the event loop after a delay in nanoseconds. */
  void scheduleNanos(Runnable task, long delayNanos) {
    link.eventLoop().schedule(task, delayNanos, TimeUnit.NANOSECONDS);
  }

  /**
   * Requests a producer id that the broker has never issued before.
   *
   * @return completes on the event loop
   */
  CompletableFuture<ProducerIdentity> newIdentity() {
    return ProducerIdentity.request(link);
  }

  /** Ends the producer: fails the batches of all partitions, and all later sends. */
  void fail(MillraceException cause) {
    partitions.forEach(partition -> partition.fail(cause));
  }

  /** The failure of events that are lost with a connection because they are not resent. */
  MillraceException disconnection() {
    return disconnection == null
        ? new MillraceException(
            ErrorCode.CONNECTION_LOST, "the connection broke while the event was being sent")
        : disconnection;
  }

  /**
   * The failure of events whose delivery timeout is over.
   *
   * @param outcome text that says whether the events are stored
   * @param reason why they have no receipt, as the end of a message
   */
  MillraceException deliveryTimeout(int partition, String outcome, String reason) {
    return new MillraceException(
        ErrorCode.DELIVERY_TIMEOUT,
        "an event for topic "
            + settings.topic().name()
            + " partition "
            + partition
            + " has no receipt after "
            + TimeSpan.format(settings.delivery().retry().deliveryTimeout())
            + ": "
            + outcome
            + reason);
  }

  /** The time without a connection, and its reason, as text; empty while there is a connection. */
  Optional<String> outage() {
    return link.outage();
  }

  /** The quotas that delay what the producer sends. Any thread. */
  ProduceThrottle throttle() {
    return link.throttle();
  }

  /** Why memory does not become free, as the end of a message; empty if unknown. Any thread. */
  private String blocker() {
    return link.outage()
        .map(text -> "; there is " + text)
        .orElseGet(() -> throttle().reason().map(text -> "; " + text).orElseGet(this::refusal));
  }

  /** The refusal of the first partition that the broker refuses. */
  private String refusal() {
    return partitions.stream()
        .flatMap(partition -> partition.lastRefusal().stream())
        .findFirst()
        .map(refusal -> "; last refusal: " + refusal.code() + ": " + refusal.getMessage())
        .orElse("");
  }

  @Override
  public void connected(ClientConnection connection) {
    disconnection = null;
    partitions.forEach(partition -> partition.connected(connection));
  }

  @Override
  public void disconnected(MillraceException cause) {
    disconnection = cause;
    partitions.forEach(PartitionSender::disconnected);
  }

  @Override
  public void writable() {
    sendAllReady();
  }

  @Override
  public void failed(MillraceException cause) {
    fail(cause);
  }

  private void pumpWoken() {
    runScheduled.set(false);
    for (PartitionSender next = woken.poll(); next != null; next = woken.poll()) {
      next.sendReady();
    }
  }

  private void sendAllReady() {
    partitions.forEach(PartitionSender::sendReady);
  }

  private void checkDeadlines() {
    try {
      long now = System.nanoTime();
      long openedNanos = now - deliveryTimeoutNanos();
      partitions.forEach(partition -> partition.expire(openedNanos, now));
      sendAllReady();
    } catch (Throwable e) {
      // Throwing it would end the timer, and no later delivery timeout would be detected.
      LOG.error("event=producer_check_failed topic={}", settings.topic().name(), e);
    }
  }

  private long deliveryTimeoutNanos() {
    return DurationNanos.capped(settings.delivery().retry().deliveryTimeout());
  }
}
