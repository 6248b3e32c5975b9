package io.millrace.torture;

import java.time.Duration;
import java.util.Map;

/**
 * The parameters of a torture run.
 *
 * @param duration how long the run kills and restarts the broker; after that, it checks the events
 * @param seed the seed of the events and of the schedule of kills
 * @param producers 1 to {@link #MAX_PRODUCERS}; of every four, two ask for synced, one for stored,
 *     and one does not wait for acknowledgements
 * @param readers 1 or more
 * @param partitions partitions of the topic, 1 to {@link #MAX_PARTITIONS}
 * @param maxKills the largest number of kills, 0 or more
 * @param eventsPerSecond events per second over all producers
 * @param settings the settings of the broker, by key
 */
public record TorturePlan(
    Duration duration,
    long seed,
    int producers,
    int readers,
    int partitions,
    int maxKills,
    int eventsPerSecond,
    Map<String, String> settings) {

  public static final int MAX_PRODUCERS = EventId.MAX_PRODUCERS;
  public static final int MAX_PARTITIONS = EventId.MAX_PARTITIONS;

  public TorturePlan {
    settings = Map.copyOf(settings);
  }
}
