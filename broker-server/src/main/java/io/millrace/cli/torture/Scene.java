package io.millrace.cli.torture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;

/**
 * What a torture leaves running or mounted if nobody puts it away: the broker's process and its
 * volume. {@link #close} may be called by any thread and more than once.
 */
final class Scene implements AutoCloseable {

  private final Path log;
  private final Volume volume;
  private final BrokerProcess broker;

  private Scene(Path log, Volume volume, BrokerProcess broker) {
    this.log = log;
    this.volume = volume;
    this.broker = broker;
  }

  static Scene open(Path directory, TorturePlan plan, boolean powerLoss)
      throws IOException, InterruptedException {
    Path log = directory.resolve("broker.log");
    Volume volume = powerLoss ? Ext4Volume.create(directory) : Volume.plain(directory);
    try {
      return new Scene(
          log, volume, new BrokerProcess(volume.dataDirectory(), plan.settings(), log));
    } catch (IOException e) {
      volume.close();
      throw e;
    }
  }

  TortureReport run(TorturePlan plan, Progress progress)
      throws IOException, InterruptedException, ExecutionException {
    try (Torture torture = new Torture(plan, volume, broker, progress)) {
      return torture.run();
    }
  }

  /** Where data and log are, for a person. */
  String whereToLook() {
    return volume.whereToLook() + ", log " + log;
  }

  @Override
  public void close() {
    broker.close();
    volume.close();
  }
}
