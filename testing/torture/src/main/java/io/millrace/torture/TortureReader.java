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
 * Reads the topic with a client of its own and writes what it sees to the history. By its number it
 * follows everything from the start (durable, or latest isolation), or visits: joins at a random
 * offset, at the live end or at an event time, reads for a while, leaves, and joins again.
 */
final class TortureReader implements Runnable {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int MAX_VISIT_MILLIS = 3_000;

  /** What a reader does; readers take them in turn. */
  enum Habit {
    FOLLOW_DURABLE(Isolation.DURABLE),
    FOLLOW_LATEST(Isolation.LATEST),
    VISIT_OFFSETS(Isolation.DURABLE),
    VISIT_LIVE_END(Isolation.LATEST),
    VISIT_TIMES(Isolation.DURABLE);

    private final Isolation isolation;

    Habit(Isolation isolation) {
      this.isolation = isolation;
    }

    boolean follows() {
      return this == FOLLOW_DURABLE || this == FOLLOW_LATEST;
    }
  }

  private final MillraceClient client;
  private final String topic;
  private final Habit habit;
  private final boolean powerIsCut;
  private final EventGenerator recipe;
  private final History history;
  private final ReaderPositions track;
  private final SplittableRandom random;
  private final StopOffsets finish;
  private long joinedAtMicros;

  TortureReader(
      MillraceClient client,
      String topic,
      int number,
      TorturePlan plan,
      boolean powerIsCut,
      History history,
      StopOffsets finish) {
    this.client = client;
    this.topic = topic;
    this.habit = Habit.values()[number % Habit.values().length];
    this.powerIsCut = powerIsCut;
    this.recipe = new EventGenerator(plan.seed());
    this.history = history;
    this.track =
        history.reader(
            "reader " + number + " (" + habit + ")", habit.isolation == Isolation.DURABLE);
    this.random = new SplittableRandom(plan.seed() * 37 + number);
    this.finish = finish;
  }

  @Override
  public void run() {
    while (!isDone()) {
      try (Consumer consumer = join()) {
        read(consumer);
      } catch (MillraceException e) {
        if (!finish.isGivenUp()) {
          ended(e);
        }
      }
    }
    String missing = habit.follows() ? finish.missing(track) : null;
    if (missing != null) {
      history.unavailable(track.name() + " did not come to the end of " + missing);
    }
  }

  private Consumer join() {
    Consumer.Builder consumer = client.consumer(topic).isolation(habit.isolation);
    switch (habit) {
      case FOLLOW_DURABLE, FOLLOW_LATEST -> consumer.from(positions());
      case VISIT_OFFSETS -> consumer.from(randomPositions());
      case VISIT_LIVE_END -> {
        // Nothing that was durable before may come.
        describe().forEach(p -> track.joinsAtOrAfter(p.partition(), p.durable()));
        consumer.from(StartPosition.latest());
      }
      case VISIT_TIMES -> consumer.from(randomTime());
    }
    return consumer.build();
  }

  private Map<Integer, StartPosition> positions() {
    Map<Integer, StartPosition> positions = new HashMap<>();
    for (int partition = 0; partition < history.partitions(); partition++) {
      positions.put(partition, StartPosition.offset(track.position(partition)));
    }
    return positions;
  }

  private Map<Integer, StartPosition> randomPositions() {
    for (PartitionDescription partition : describe()) {
      track.joinsAt(partition.partition(), random.nextLong(partition.durable() + 1));
    }
    return positions();
  }

  private StartPosition randomTime() {
    for (int partition = 0; partition < history.partitions(); partition++) {
      track.joinsAtOrAfter(partition, 0);
    }
    long numbers = history.sent(0, 0).sent();
    joinedAtMicros = EventGenerator.timestampMicros(random.nextLong(numbers + 1));
    return StartPosition.timestamp(Instant.EPOCH.plus(joinedAtMicros, ChronoUnit.MICROS));
  }

  private List<PartitionDescription> describe() {
    return client.admin().describeTopic(topic).partitions();
  }

  private void read(Consumer consumer) {
    long leaves =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(MAX_VISIT_MILLIS));
    while (!isDone() && (habit.follows() || System.nanoTime() < leaves)) {
      for (ConsumedEvent event : consumer.poll(POLL)) {
        long id = recipe.idOf(event);
        if (habit == Habit.VISIT_TIMES && track.isJoining(event.partition())) {
          history
              .timeJoins()
              .began(
                  track.name(),
                  event.partition(),
                  joinedAtMicros,
                  event.offset(),
                  id,
                  event.timestampMicros());
        }
        track.read(
            event.partition(),
            event.offset(),
            id,
            event.appendTimeMicros(),
            recipe.difference(id, event));
      }
    }
  }

  private boolean isDone() {
    return habit.follows() ? finish.isPassedBy(track) : finish.isDrawn();
  }

  private void ended(MillraceException e) {
    boolean overtaken = e.code() == ErrorCode.OFFSET_OUT_OF_RANGE;
    if (overtaken && powerIsCut && habit.isolation == Isolation.LATEST) {
      // What it saw was taken back, as may be; it goes on with what nothing can take back.
      goOnFromDurable();
    } else if (!isDowntime(e.code())) {
      history.unavailable(track.name() + " was ended: " + e);
    }
    LockSupport.parkNanos(RETRY_NANOS);
  }

  private void goOnFromDurable() {
    try {
      describe().forEach(p -> track.joinsAt(p.partition(), p.durable()));
    } catch (MillraceException e) {
      if (!isDowntime(e.code())) {
        throw e;
      }
      // The next attempt to join fails in the same way and comes here again.
    }
  }

  private static boolean isDowntime(ErrorCode code) {
    return code == ErrorCode.SERVER_UNREACHABLE
        || code == ErrorCode.CONNECTION_LOST
        || code == ErrorCode.REQUEST_TIMEOUT;
  }
}
