package io.millrace.torture;

import io.millrace.client.Event;
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
import java.util.function.Supplier;

/**
 * An import: a producer with a name and its own sequence numbers. It is closed again and again with
 * events in flight. The next opening continues at the position that the broker names, or a little
 * before. So an event can be sent many times, and must be stored once. The sequence number of an
 * event is its number.
 */
final class NamedTortureProducer implements Runnable {

  private static final String NAME = "torture-import";
  private static final int MAX_STEP_BACK = 50;
  private static final int MAX_LIFE_MILLIS = 2_000;
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final Supplier<MillraceClient> clients;
  private final String topic;
  private final int number;
  private final TorturePlan plan;
  private final History history;
  private final EventGenerator generator;
  private final SplittableRandom random;
  private final AtomicBoolean stopped;
  private final long[] next;

  /**
   * Creates an import.
   *
   * @param clients creates a client for each opening; the import closes it
   */
  NamedTortureProducer(
      Supplier<MillraceClient> clients, Participant producer, AtomicBoolean stopped) {
    this.clients = clients;
    this.topic = producer.topic();
    this.number = producer.number();
    this.plan = producer.plan();
    this.history = producer.history();
    this.generator = new EventGenerator(plan.seed());
    this.random = new SplittableRandom(plan.seed() * 41 + number);
    this.stopped = stopped;
    // Like every producer that asks for synced, it does not send to the last of several partitions.
    this.next = new long[Math.max(1, history.partitions() - 1)];
  }

  @Override
  public void run() {
    while (!stopped.get()) {
      try (MillraceClient client = clients.get()) {
        importFor(TimeUnit.MILLISECONDS.toNanos(random.nextInt(MAX_LIFE_MILLIS)), client);
      } catch (MillraceException e) {
        if (!isDowntime(e.code())) {
          history.unavailable("the import failed: " + e);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
  }

  private void importFor(long nanos, MillraceClient client) {
    Producer producer = open(client);
    for (int partition = 0; partition < next.length; partition++) {
      long last = producer.lastSequence(partition);
      history.importReopened(number, partition, last);
      next[partition] = Math.max(0, last + 1 - random.nextInt(MAX_STEP_BACK));
    }
    BurstSchedule schedule = new BurstSchedule(plan, random);
    long end = System.nanoTime() + nanos;
    while (!stopped.get() && System.nanoTime() < end) {
      int burst = schedule.nextBurst();
      sendBurst(producer, random.nextInt(next.length), burst);
      schedule.awaitNext();
    }
    // The events in flight may be stored or not; the next opening asks the broker.
    producer.close(Duration.ZERO);
  }

  private Producer open(MillraceClient client) {
    return client
        .producer(topic)
        .name(NAME)
        .ack(history.ack(number))
        .sendTimeout(TIMEOUT)
        .retry(RetryPolicy.defaults().deliveryTimeout(TIMEOUT))
        .build();
  }

  private void sendBurst(Producer producer, int partition, int burst) {
    SentEvents sent = history.sent(number, partition);
    for (int i = 0; i < burst; i++) {
      long sequence = next[partition]++;
      long id = sequence < sent.sent() ? EventId.of(number, partition, sequence) : sent.next();
      Event event = generator.event(id, sequence);
      producer
          .send(event)
          .whenComplete((receipt, failure) -> answered(sent, sequence, receipt, failure));
    }
  }

  private void answered(SentEvents sent, long sequence, Receipt receipt, Throwable failure) {
    if (failure == null) {
      boolean known = receipt.offset() == Receipt.UNKNOWN_OFFSET && sent.isAcked(sequence);
      if (!known) {
        sent.acked(sequence, receipt.offset(), micros(receipt.appendTime()));
      }
    } else if (!(failure instanceof MillraceException closed)
        || closed.code() != ErrorCode.CLOSED) {
      // The failure does not say whether the event is stored; the event is sent again.
      history.unavailable("sequence " + sequence + " of the import was refused: " + failure);
    }
  }

  private static long micros(Instant appendTime) {
    return appendTime == null ? 0 : ChronoUnit.MICROS.between(Instant.EPOCH, appendTime);
  }

  private static boolean isDowntime(ErrorCode code) {
    return code == ErrorCode.SERVER_UNREACHABLE
        || code == ErrorCode.CONNECTION_LOST
        || code == ErrorCode.REQUEST_TIMEOUT;
  }
}
