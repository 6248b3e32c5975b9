package io.millrace.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * A torture run: a broker process on its own volume, which is killed under load while producers and
 * readers record what they see. {@link #close} ends the process and unmounts the volume; any thread
 * may call it, also several times.
 */
public final class TortureRun implements AutoCloseable {

  private final Path log;
  private final Volume volume;
  private final TortureBroker broker;

  private TortureRun(Path log, Volume volume, TortureBroker broker) {
    this.log = log;
    this.volume = volume;
    this.broker = broker;
  }

  /** The reason why power failures cannot be simulated on this machine; empty if they can. */
  public static Optional<String> powerLossUnavailable() throws IOException, InterruptedException {
    return Ext4Volume.unavailable();
  }

  /**
   * Prepares a run, without starting the broker. The caller closes the run.
   *
   * @param directory an empty directory; the caller owns it
   * @param powerLoss whether to simulate power failures; {@link #powerLossUnavailable} must then be
   *     empty
   */
  public static TortureRun open(Path directory, TorturePlan plan, boolean powerLoss)
      throws IOException, InterruptedException {
    Path log = directory.resolve("broker.log");
    Volume volume = powerLoss ? Ext4Volume.create(directory) : Volume.plain(directory);
    try {
      return new TortureRun(
          log, volume, new TortureBroker(volume.dataDirectory(), plan.settings(), log));
    } catch (IOException e) {
      volume.close();
      throw e;
    }
  }

  /**
   * Runs the plan and checks the history. Blocks until both are done.
   *
   * @throws BrokerStartException if the broker does not start the first time
   */
  public TortureReport run(TorturePlan plan, Progress progress)
      throws IOException, InterruptedException, ExecutionException {
    try (TortureWorkload torture = new TortureWorkload(plan, volume, broker, progress)) {
      return torture.run();
    }
  }

  /** The paths of the data and of the broker's log, as a text for people. */
  public String whereToLook() {
    return volume.whereToLook() + ", log " + log;
  }

  /** Deletes the directory of a closed run, with all its files. */
  public static void deleteDirectory(Path directory) throws IOException {
    Volume.delete(directory);
  }

  @Override
  public void close() {
    broker.close();
    volume.close();
  }
}
