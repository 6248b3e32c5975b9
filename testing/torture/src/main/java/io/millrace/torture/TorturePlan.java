package io.millrace.torture;

import java.time.Duration;
import java.util.Map;

/**
 * The parameters of a torture run.
 *
 * @param duration how long the broker is killed; checking comes on top
 * @param seed of the events and of the moments of the kills
 * @param producers 1 or more; every fourth does not wait for acks, the others ask for synced and
 *     stored in turn
 * @param readers 1 or more
 * @param partitions of the topic
 * @param maxKills 0 or more
 * @param eventsPerSecond over all producers
 * @param settings of the broker, by key
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
