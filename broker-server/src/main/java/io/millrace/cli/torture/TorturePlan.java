package io.millrace.cli.torture;

import java.time.Duration;
import java.util.Map;

/**
 * What a torture is told.
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
record TorturePlan(
    Duration duration,
    long seed,
    int producers,
    int readers,
    int partitions,
    int maxKills,
    int eventsPerSecond,
    Map<String, String> settings) {

  TorturePlan {
    settings = Map.copyOf(settings);
  }
}
