package io.millrace.client;

import java.util.Arrays;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * New positions of a group in a topic. Immutable.
 *
 * @param topic the name of the topic
 * @param to where the group continues. A time becomes the offset of the first event at or after it
 * @param partitions the numbers of the partitions; empty: all
 */
public record GroupReset(String topic, StartPosition to, SortedSet<Integer> partitions) {

  public GroupReset {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(to, "to");
    partitions = Collections.unmodifiableSortedSet(new TreeSet<>(partitions));
  }

  /** Sets the positions in all partitions of a topic. */
  public static GroupReset of(String topic, StartPosition to) {
    return new GroupReset(topic, to, new TreeSet<>());
  }

  /** Sets the positions in these partitions only; none: in all. */
  public GroupReset partitions(int... numbers) {
    return new GroupReset(
        topic, to, Arrays.stream(numbers).boxed().collect(Collectors.toCollection(TreeSet::new)));
  }
}
