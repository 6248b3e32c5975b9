package io.millrace.client.internal.consumer;

import io.millrace.client.RebalanceListener;
import io.millrace.client.WhenMissing;
import io.millrace.client.internal.group.MembershipSettings;

/**
 * The settings of a member of a group.
 *
 * @param member what the client sends to the broker
 * @param reading the settings of each subscription; its topic and its starts mean nothing
 * @param creditBytes the memory of all partitions together
 * @param whenNoPosition where to start in a partition without a position
 * @param whenPositionLost where to read on if the events at the position are deleted
 * @param listener hears about partitions; null: none
 */
record GroupSettings(
    MembershipSettings member,
    ConsumerSettings reading,
    long creditBytes,
    WhenMissing whenNoPosition,
    WhenMissing whenPositionLost,
    RebalanceListener listener) {

  /** The name of the group. */
  String group() {
    return member.group();
  }
}
