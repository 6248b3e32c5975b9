package io.millrace.torture;

import io.millrace.client.Ack;
import io.millrace.client.Codec;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.client.RetryPolicy;
import io.millrace.protocol.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends numbered events in bursts, at a given rate on average, with a client of its own, until it
 * is told to stop; then waits for every answer. Writes to the history what it sent before it sends
 * it, and what it was told as it is told.
 *
 * <p>A producer that fails a send is left for a new one; its events keep what they were told.
 */
final class TortureProducer implements Runnable {

  private static final int MAX_BURST = 100;
  private static final int[] BATCH_BYTES = {2 << 10, 16 << 10, 256 << 10};

  /** Few, so that a slow disk slows the producer down and does not fill a queue of minutes. */
  private static final long MEMORY_BATCHES = 64;

  /** Longer than any start of a broker, and than such a queue takes. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final MillraceClient client;
  private final String topic;
  private final int number;
  private final double nanosPerEvent;
  private final History history;
  private final EventGenerator recipe;
  private final SplittableRandom random;
  private final AtomicBoolean stopped;
  private final AtomicBoolean failed = new AtomicBoolean();

  TortureProducer(
      MillraceClient client,
      String topic,
      int number,
      TorturePlan plan,
      History history,
      AtomicBoolean stopped) {
    this.client = client;
    this.topic = topic;
    this.number = number;
    this.nanosPerEvent = 1e9 * plan.producers() / plan.eventsPerSecond();
    this.history = history;
    this.recipe = new EventGenerator(plan.seed());
    this.random = new SplittableRandom(plan.seed() * 31 + number);
    this.stopped = stopped;
  }

  @Override
  public void run() {
    double due = System.nanoTime();
    while (!stopped.get()) {
      failed.set(false);
      try (Producer producer = open()) {
        while (!stopped.get() && !failed.get()) {
          int burst = random.nextInt(1, MAX_BURST);
          due = Math.max(due + burst * nanosPerEvent, System.nanoTime() - 1e9);
          sendBurst(producer, burst);
          LockSupport.parkNanos((long) due - System.nanoTime());
        }
        producer.flush();
      } catch (MillraceException e) {
        history.unavailable("producer " + number + " failed: " + e);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
    }
  }

  private Producer open() {
    int batchBytes = BATCH_BYTES[number % BATCH_BYTES.length];
    return client
        .producer(topic)
        .ack(history.ack(number))
        .compression(Codec.values()[number % Codec.values().length])
        .batchBytes(batchBytes)
        .memoryLimit(MEMORY_BATCHES * batchBytes)
        .sendTimeout(PATIENCE)
        .retry(RetryPolicy.defaults().deliveryTimeout(PATIENCE))
        .build();
  }

  private void sendBurst(Producer producer, int burst) {
    int partition = random.nextInt(partitions());
    SentEvents sent = history.sent(number, partition);
    for (int i = 0; i < burst; i++) {
      long id = sent.next();
      producer
          .send(recipe.event(id))
          .whenComplete((receipt, failure) -> answered(sent, id, receipt, failure));
    }
  }

  /**
   * The last of several partitions is not for those who ask for synced: nobody waits for a force
   * there, so that a power cut finds much that was not forced.
   */
  private int partitions() {
    int all = history.partitions();
    return history.ack(number) == Ack.SYNCED && all > 1 ? all - 1 : all;
  }

  private void answered(SentEvents sent, long id, Receipt receipt, Throwable failure) {
    if (sent.ack() == Ack.NONE) {
      return; // Neither a receipt nor a failure promises anything.
    }
    if (failure == null) {
      sent.acked(EventId.number(id), receipt.offset(), micros(receipt.appendTime()));
      return;
    }
    failed.set(true);
    if (stopped.get() && isClosed(failure)) {
      return; // The run was given up for another reason.
    }
    history.unavailable("event " + EventId.text(id) + " was not acknowledged: " + failure);
    if (!leavesOpen(failure)) {
      sent.refused(EventId.number(id));
    }
  }

  /** As the client documents it: all other failures say that the event is not stored. */
  private static boolean leavesOpen(Throwable failure) {
    return !(failure instanceof MillraceException refused)
        || refused.code() == ErrorCode.DELIVERY_TIMEOUT
        || isClosed(refused);
  }

  private static boolean isClosed(Throwable failure) {
    return failure instanceof MillraceException closed && closed.code() == ErrorCode.CLOSED;
  }

  private static long micros(Instant appendTime) {
    return appendTime == null ? 0 : ChronoUnit.MICROS.between(Instant.EPOCH, appendTime);
  }
}
