package io.millrace.torture;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Kills the broker at random moments and restarts it: while it serves, while it starts, right after
 * it is ready, and several times in a row. (Jepsen uses the name nemesis for the process that
 * injects faults.) On a volume that supports it, three of four kills are power failures. The seed
 * determines the actions and the times between them, but not what the broker does at these times.
 * Used by one thread.
 */
final class Nemesis {

  private static final int MIN_SERVING_MILLIS = 50;
  private static final int MAX_SERVING_MILLIS = 3_000;

  private final TortureBroker broker;
  private final Volume volume;
  private final History history;
  private final SplittableRandom random;
  private final List<Long> readyNanos = new ArrayList<>();
  private int kills;
  private int killsWhileStarting;
  private int powerCuts;

  Nemesis(TortureBroker broker, Volume volume, History history, long seed) {
    this.broker = broker;
    this.volume = volume;
    this.history = history;
    this.random = new SplittableRandom(seed);
  }

  /**
   * Kills and restarts a broker that is ready, until the time is over or it was killed {@code
   * maxKills} times. The broker is ready at the end.
   */
  void run(long endNanos, int maxKills)
      throws IOException, InterruptedException, BrokerDownException {
    while (kills < maxKills
        && sleep(random.nextInt(MIN_SERVING_MILLIS, MAX_SERVING_MILLIS), endNanos)) {
      killAndRestart();
      while (kills < maxKills && random.nextInt(3) == 0) {
        sleep(random.nextLong(1, typicalReadyMillis()), endNanos);
        killsWhileStarting++;
        killAndRestart();
      }
      awaitReady();
      if (kills < maxKills && random.nextInt(5) == 0) {
        killAndRestart();
        awaitReady();
      }
    }
    sleep(Long.MAX_VALUE, endNanos);
  }

  /** Kills the broker, or simulates a power failure, and starts the broker again. */
  void killAndRestart() throws IOException, InterruptedException, BrokerDownException {
    if (!broker.isAlive()) {
      history.unavailable("the broker ended by itself" + broker.lastLines());
    }
    kills++;
    if (volume.losesPower() && random.nextInt(4) > 0) {
      powerCuts++;
      // No process runs during a power failure. If the broker continued to run, an fsync on the
      // closed file system could report success although it failed, because ext4 forgets an extent
      // after a failed conversion. The broker would then acknowledge the events.
      broker.freeze();
      volume.cutPower(random);
      broker.kill();
      history.powerFailures().add(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
      volume.restorePower();
    } else {
      broker.kill();
    }
    broker.start();
  }

  /** Waits until the broker, which was started for the first time, is ready. */
  void awaitFirstStart() throws InterruptedException, BrokerStartException {
    readyNanos.add(broker.awaitFirstStart());
  }

  /** Waits until the broker, which was started, is ready. */
  void awaitReady() throws InterruptedException, BrokerDownException {
    readyNanos.add(broker.awaitReady());
  }

  private long typicalReadyMillis() {
    return readyNanos.isEmpty()
        ? 500
        : Math.max(2, readyNanos.get(readyNanos.size() - 1) / 1_000_000);
  }

  /**
   * Sleeps, at most until the end time.
   *
   * @return whether there is time left
   */
  private static boolean sleep(long millis, long endNanos) throws InterruptedException {
    long leftMillis = (endNanos - System.nanoTime()) / 1_000_000;
    Thread.sleep(Math.max(0, Math.min(millis, leftMillis)));
    return leftMillis > millis;
  }

  int kills() {
    return kills;
  }

  int killsWhileStarting() {
    return killsWhileStarting;
  }

  int powerCuts() {
    return powerCuts;
  }

  /**
   * The duration of each start until the broker was ready, in nanoseconds. Starts that were
   * interrupted by a kill are not included.
   */
  List<Long> readyNanos() {
    return readyNanos;
  }
}
