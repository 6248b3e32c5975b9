package io.millrace.torture;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Kills the broker at random moments and starts it again: while it serves, while it starts, right
 * after it has become ready, and several times in a row. On a volume that can, it cuts the power
 * three of four times. The seed decides what is done and after what time; what the broker is doing
 * in that moment is up to the machine. For one thread.
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
   * Torments a broker that is ready, until the time is over or it was killed so many times; leaves
   * it ready.
   */
  void run(long endNanos, int maxKills)
      throws IOException, InterruptedException, BrokerDownException {
    while (kills < maxKills
        && sleep(random.nextInt(MIN_SERVING_MILLIS, MAX_SERVING_MILLIS), endNanos)) {
      strike();
      while (kills < maxKills && random.nextInt(3) == 0) {
        sleep(random.nextLong(1, typicalReadyMillis()), endNanos);
        killsWhileStarting++;
        strike();
      }
      awaitReady();
      if (kills < maxKills && random.nextInt(5) == 0) {
        strike();
        awaitReady();
      }
    }
    sleep(Long.MAX_VALUE, endNanos);
  }

  /** Kills the broker, cuts the power where it can, and starts it again. */
  void strike() throws IOException, InterruptedException, BrokerDownException {
    if (!broker.isAlive()) {
      history.unavailable("the broker ended by itself" + broker.lastLines());
    }
    kills++;
    if (volume.losesPower() && random.nextInt(4) > 0) {
      powerCuts++;
      // Without power nothing runs. A broker that ran on could be told by the dying file system
      // that a force succeeded which did not (ext4 forgets an extent that it could not convert),
      // and pass that on.
      broker.freeze();
      volume.cutPower(random);
      broker.kill();
      history.eras().cut(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
      volume.restorePower();
    } else {
      broker.kill();
    }
    broker.start();
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

  /** Sleeps, but not beyond the end; says whether there is time left. */
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

  /** How long each start took until the broker was ready, of those that were let finish. */
  List<Long> readyNanos() {
    return readyNanos;
  }
}
