package io.millrace.torture;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.Isolation;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionDescription;
import io.millrace.client.StartPosition;
import io.millrace.protocol.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads the topic with its own client, and records the events in the history. Its number determines
 * its pattern. It follows all events from the start, with isolation durable or latest. Or it
 * visits: it starts at a random offset, at the end or at a random event time, reads for up to 3 s,
 * closes its consumer, and starts again.
 */
final class TortureReader implements Runnable {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int MAX_VISIT_MILLIS = 3_000;

  /** The patterns in which readers read; reader number n has pattern n mod 5. */
  enum ReadPattern {
    FOLLOW_DURABLE(Isolation.DURABLE),
    FOLLOW_LATEST(Isolation.LATEST),
    VISIT_OFFSETS(Isolation.DURABLE),
    VISIT_LIVE_END(Isolation.LATEST),
    VISIT_TIMES(Isolation.DURABLE);

    private final Isolation isolation;

    ReadPattern(Isolation isolation) {
      this.isolation = isolation;
    }

    boolean follows() {
      return this == FOLLOW_DURABLE || this == FOLLOW_LATEST;
    }
  }

  private final MillraceClient client;
  private final String topic;
  private final ReadPattern pattern;
  private final boolean losesPower;
  private final EventGenerator generator;
  private final History history;
  private final ReaderPositions positions;
  private final SplittableRandom random;
  private final StopOffsets stopOffsets;
  private long startTimeMicros;

  TortureReader(
      MillraceClient client, Participant reader, boolean losesPower, StopOffsets stopOffsets) {
    int number = reader.number();
    this.client = client;
    this.topic = reader.topic();
    this.pattern = ReadPattern.values()[number % ReadPattern.values().length];
    this.losesPower = losesPower;
    this.generator = new EventGenerator(reader.plan().seed());
    this.history = reader.history();
    this.positions =
        history.reader(
            "reader " + number + " (" + pattern + ")", pattern.isolation == Isolation.DURABLE);
    this.random = new SplittableRandom(reader.plan().seed() * 37 + number);
    this.stopOffsets = stopOffsets;
  }

  @Override
  public void run() {
    while (!isDone()) {
      try (Consumer consumer = start()) {
        read(consumer);
      } catch (MillraceException e) {
        if (!stopOffsets.isTimedOut()) {
          ended(e);
        }
      }
    }
    String missing = pattern.follows() ? stopOffsets.firstNotReachedBy(positions) : null;
    if (missing != null) {
      history.unavailable(positions.name() + " did not reach the end of " + missing);
    }
  }

  private Consumer start() {
    Consumer.Builder consumer = client.consumer(topic).isolation(pattern.isolation);
    switch (pattern) {
      case FOLLOW_DURABLE, FOLLOW_LATEST -> consumer.from(startPositions());
      case VISIT_OFFSETS -> consumer.from(randomPositions());
      case VISIT_LIVE_END -> {
        // Events that are durable now are before the start: the reader must not receive them.
        describe().forEach(p -> positions.startAtOrAfter(p.partition(), p.durable()));
        consumer.from(StartPosition.latest());
      }
      case VISIT_TIMES -> consumer.from(randomTime());
    }
    return consumer.build();
  }

  private Map<Integer, StartPosition> startPositions() {
    Map<Integer, StartPosition> starts = new HashMap<>();
    for (int partition = 0; partition < history.partitions(); partition++) {
      starts.put(partition, StartPosition.offset(positions.position(partition)));
    }
    return starts;
  }

  private Map<Integer, StartPosition> randomPositions() {
    for (PartitionDescription partition : describe()) {
      positions.startAt(partition.partition(), random.nextLong(partition.durable() + 1));
    }
    return startPositions();
  }

  private StartPosition randomTime() {
    for (int partition = 0; partition < history.partitions(); partition++) {
      positions.startAtOrAfter(partition, 0);
    }
    long numbers = history.sent(0, 0).sent();
    startTimeMicros = EventGenerator.timestampMicros(random.nextLong(numbers + 1));
    return StartPosition.timestamp(Instant.EPOCH.plus(startTimeMicros, ChronoUnit.MICROS));
  }

  private List<PartitionDescription> describe() {
    return client.admin().describeTopic(topic).partitions();
  }

  private void read(Consumer consumer) {
    long leaves =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(MAX_VISIT_MILLIS));
    while (!isDone() && (pattern.follows() || System.nanoTime() < leaves)) {
      for (ConsumedEvent event : consumer.poll(POLL)) {
        long id = generator.idOf(event);
        if (pattern == ReadPattern.VISIT_TIMES && positions.isStarting(event.partition())) {
          history
              .startsByTime()
              .started(
                  positions.name(),
                  event.partition(),
                  startTimeMicros,
                  event.offset(),
                  id,
                  event.timestampMicros());
        }
        positions.read(
            event.partition(),
            event.offset(),
            id,
            event.appendTimeMicros(),
            generator.difference(id, event));
      }
    }
  }

  private boolean isDone() {
    return pattern.follows() ? stopOffsets.areReachedBy(positions) : stopOffsets.areSet();
  }

  private void ended(MillraceException e) {
    boolean overtaken = e.code() == ErrorCode.OFFSET_OUT_OF_RANGE;
    if (overtaken && losesPower && pattern.isolation == Isolation.LATEST) {
      // A power failure removed events that it has seen, which is allowed. It continues with the
      // events that no power failure can remove.
      continueAtDurableEnd();
    } else if (!isDowntime(e.code())) {
      history.unavailable(positions.name() + " failed: " + e);
    }
    LockSupport.parkNanos(RETRY_NANOS);
  }

  private void continueAtDurableEnd() {
    try {
      describe().forEach(p -> positions.startAt(p.partition(), p.durable()));
    } catch (MillraceException e) {
      if (!isDowntime(e.code())) {
        throw e;
      }
      // The next attempt to start fails in the same way, and calls this method again.
    }
  }

  private static boolean isDowntime(ErrorCode code) {
    return code == ErrorCode.SERVER_UNREACHABLE
        || code == ErrorCode.CONNECTION_LOST
        || code == ErrorCode.REQUEST_TIMEOUT;
  }
}
