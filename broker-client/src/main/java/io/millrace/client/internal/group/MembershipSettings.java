package io.millrace.client.internal.group;

import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupSubscription;
import java.time.Duration;

/**
 * What a member sends to the broker when it joins.
 *
 * @param group the name of the group
 * @param staticName a name that outlives a restart; empty: none
 * @param sessionTimeout the broker removes the member after this time without a beat
 * @param maxProcessing the broker removes the member if it does not process for this time; zero:
 *     never
 * @param assignor how the group distributes its partitions
 * @param subscription the topics to read
 * @param filter which events the member reads; empty: all
 */
public record MembershipSettings(
    String group,
    String staticName,
    Duration sessionTimeout,
    Duration maxProcessing,
    GroupAssignor assignor,
    GroupSubscription subscription,
    String filter) {}
