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
 * An import under a name, with sequences of its own, that is broken off again and again with events
 * under way, and begins again where the broker says that it was, or a little before: each event may
 * be sent many times and is to be stored once. An event's sequence is its number.
 */
final class NamedTortureProducer implements Runnable {

  private static final String NAME = "torture-import";
  private static final int MAX_BURST = 100;
  private static final int MAX_STEP_BACK = 50;
  private static final int MAX_LIFE_MILLIS = 2_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Supplier<MillraceClient> clients;
  private final String topic;
  private final int number;
  private final double nanosPerEvent;
  private final History history;
  private final EventGenerator recipe;
  private final SplittableRandom random;
  private final AtomicBoolean stopped;
  private final long[] next;

  /**
   * @param clients makes a client for each beginning; closed here
   */
  NamedTortureProducer(
      Supplier<MillraceClient> clients,
      String topic,
      int number,
      TorturePlan plan,
      History history,
      AtomicBoolean stopped) {
    this.clients = clients;
    this.topic = topic;
    this.number = number;
    this.nanosPerEvent = 1e9 * plan.producers() / plan.eventsPerSecond();
    this.history = history;
    this.recipe = new EventGenerator(plan.seed());
    this.random = new SplittableRandom(plan.seed() * 41 + number);
    this.stopped = stopped;
    // As of any producer that asks for synced: the last of several partitions is not for it.
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
      history.goesOnAfter(number, partition, last);
      next[partition] = Math.max(0, last + 1 - random.nextInt(MAX_STEP_BACK));
    }
    double due = System.nanoTime();
    long end = System.nanoTime() + nanos;
    while (!stopped.get() && System.nanoTime() < end) {
      int burst = random.nextInt(1, MAX_BURST);
      due = Math.max(due + burst * nanosPerEvent, System.nanoTime() - 1e9);
      sendBurst(producer, random.nextInt(next.length), burst);
      LockSupport.parkNanos((long) due - System.nanoTime());
    }
    // What is under way now may be stored or not: the next beginning has to find out.
    producer.close(Duration.ZERO);
  }

  private Producer open(MillraceClient client) {
    return client
        .producer(topic)
        .name(NAME)
        .ack(history.ack(number))
        .sendTimeout(PATIENCE)
        .retry(RetryPolicy.defaults().deliveryTimeout(PATIENCE))
        .build();
  }

  private void sendBurst(Producer producer, int partition, int burst) {
    SentEvents sent = history.sent(number, partition);
    for (int i = 0; i < burst; i++) {
      long sequence = next[partition]++;
      long id = sequence < sent.sent() ? EventId.of(number, partition, sequence) : sent.next();
      Event event = recipe.event(id, sequence);
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
      // Whatever it says, the event is sent again.
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
