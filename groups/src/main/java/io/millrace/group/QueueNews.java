package io.millrace.group;

import io.millrace.group.queue.DyingEvent;
import io.millrace.group.queue.QueueRules;
import java.util.List;
import java.util.Optional;

/**
 * A partition of a queue that has changed since {@link GroupMachine#queueNews} was last called.
 *
 * @param settings how the queue treats its events; empty: the group is gone
 * @param available whether a take would get an event
 * @param want what to feed; empty: nobody has the topic open, so nothing
 * @param dying events that must become dead letters and were not told before. After a rollback all
 *     are told again.
 */
public record QueueNews(
    String group,
    PartitionId partition,
    Optional<QueueRules> settings,
    boolean available,
    Optional<QueueWant> want,
    List<DyingEvent> dying) {}
