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
 * Sends numbered events in bursts, with its own client and at a given average rate, until it is
 * stopped. Then it waits for all answers. It records an event in the history before it sends it,
 * and each answer when it arrives.
 *
 * <p>When a send fails, it opens a new producer. The recorded answers stay.
 */
final class TortureProducer implements Runnable {

  private static final int[] BATCH_BYTES = {2 << 10, 16 << 10, 256 << 10};

  /**
   * A small number. With a slow disk, the producer waits instead of filling a queue for minutes.
   */
  private static final long MEMORY_BATCHES = 64;

  /** In this time, the broker can start, and can store all events of the full queue. */
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final MillraceClient client;
  private final String topic;
  private final int number;
  private final TorturePlan plan;
  private final History history;
  private final EventGenerator generator;
  private final SplittableRandom random;
  private final AtomicBoolean stopped;
  private final AtomicBoolean failed = new AtomicBoolean();

  TortureProducer(MillraceClient client, Participant producer, AtomicBoolean stopped) {
    this.client = client;
    this.topic = producer.topic();
    this.number = producer.number();
    this.plan = producer.plan();
    this.history = producer.history();
    this.generator = new EventGenerator(plan.seed());
    this.random = new SplittableRandom(plan.seed() * 31 + number);
    this.stopped = stopped;
  }

  @Override
  public void run() {
    BurstSchedule schedule = new BurstSchedule(plan, random);
    while (!stopped.get()) {
      failed.set(false);
      try (Producer producer = open()) {
        while (!stopped.get() && !failed.get()) {
          sendBurst(producer, schedule.nextBurst());
          schedule.awaitNext();
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
        .sendTimeout(TIMEOUT)
        .retry(RetryPolicy.defaults().deliveryTimeout(TIMEOUT))
        .build();
  }

  private void sendBurst(Producer producer, int burst) {
    int partition = random.nextInt(partitions());
    SentEvents sent = history.sent(number, partition);
    for (int i = 0; i < burst; i++) {
      long id = sent.next();
      producer
          .send(generator.event(id))
          .whenComplete((receipt, failure) -> answered(sent, id, receipt, failure));
    }
  }

  /**
   * Producers that ask for synced do not send to the last of several partitions. No fsync is
   * requested there, so that a power failure finds many events that are not fsynced.
   */
  private int partitions() {
    int all = history.partitions();
    return history.ack(number) == Ack.SYNCED && all > 1 ? all - 1 : all;
  }

  private void answered(SentEvents sent, long id, Receipt receipt, Throwable failure) {
    if (sent.ack() == Ack.NONE) {
      return; // With ack none, a receipt or a failure guarantees nothing.
    }
    if (failure == null) {
      sent.acked(EventId.number(id), receipt.offset(), micros(receipt.appendTime()));
      return;
    }
    failed.set(true);
    if (stopped.get() && isClosed(failure)) {
      return; // The run ends because of another failure.
    }
    history.unavailable("event " + EventId.text(id) + " was not acknowledged: " + failure);
    if (!leavesOpen(failure)) {
      sent.refused(EventId.number(id));
    }
  }

  /**
   * True if the failure leaves it open whether the event is stored. According to the documentation
   * of the client, all other failures say that it is not.
   */
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
