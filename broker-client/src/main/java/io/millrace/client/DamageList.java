package io.millrace.client;

import java.util.List;

/**
 * The damaged ranges of a topic, or of all topics.
 *
 * @param total the number of damaged ranges
 * @param ranges the first 1,000 of them, by topic, partition and offset. Unmodifiable
 */
public record DamageList(int total, List<DamagedEvents> ranges) {

  /** Copies the ranges. */
  public DamageList {
    ranges = List.copyOf(ranges);
  }
}
