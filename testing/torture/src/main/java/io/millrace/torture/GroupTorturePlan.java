package io.millrace.torture;

import java.time.Duration;

/**
 * The parameters of a torture run of a group.
 *
 * @param duration how long members and broker are killed; after that, the members finish the events
 *     and the run is checked
 * @param seed the seed of the events and of the schedule of actions
 * @param members the largest number of members at a time, 2 to {@link #MAX_MEMBERS}
 * @param partitions partitions of the topic, 1 to {@link #MAX_PARTITIONS}
 * @param eventsPerSecond events per second, 1 or more
 * @param sessionTimeout the session timeout of the members
 */
public record GroupTorturePlan(
    Duration duration,
    long seed,
    int members,
    int partitions,
    int eventsPerSecond,
    Duration sessionTimeout) {

  public static final int MAX_MEMBERS = 64;
  public static final int MAX_PARTITIONS = 1 << 10;

  static final String TOPIC = "torture";
  static final String GROUP = "torture";
}
