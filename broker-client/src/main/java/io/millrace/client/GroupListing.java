package io.millrace.client;

import io.millrace.protocol.LagReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One line of a list of groups.
 *
 * @param name the name of the group
 * @param singleActive whether one member at a time owns all partitions
 * @param members the number of members; of a queue, of its consumers
 * @param partitions the number of partitions with a position
 * @param emptySince when the last member went; empty while there are members
 * @param lagEvents events between the positions and the ends, over all partitions; empty: not known
 *     yet
 * @param lagTime the longest lag of a partition; empty: not known yet
 * @param reason why the partition with the longest lag lags
 * @param isQueue whether the group is a {@linkplain QueueConsumer queue}
 */
public record GroupListing(
    String name,
    boolean singleActive,
    int members,
    int partitions,
    Optional<Instant> emptySince,
    OptionalLong lagEvents,
    Optional<Duration> lagTime,
    LagReason reason,
    boolean isQueue) {}
