/**
 * Consumer groups without a network, a log and a clock.
 *
 * <p>{@link io.millrace.group.GroupMachine} is the entry point: it decides on a {@link
 * io.millrace.group.Command}, and answers with {@link io.millrace.group.GroupRecord}s for the log
 * of groups, a {@link io.millrace.group.Reply}, and {@link io.millrace.group.Notice}s for other
 * members. A coordinator around it appends the records, waits until they are durable, and sends the
 * answers. A new machine to which all records of the log are applied has the same groups.
 *
 * <h2>Member and coordinator</h2>
 *
 * <p>A group has an <em>epoch</em>, a number that rises with each change. The machine computes for
 * each member a <em>target</em>: the partitions that it shall have. It moves each member towards
 * its target as far as it can go; no member waits for all others. What a member may have now is its
 * assignment: partitions that are <em>assigned</em>, and partitions that it is <em>releasing</em>.
 * When the assignment gets larger or the member must release something, the member gets the present
 * epoch of the group.
 *
 * <pre>
 *                     join
 *                       │
 *                       ▼           the target has partitions
 *   ┌──────────────► STABLE ─────────────────────────────────► WAITING
 *   │                 │   ▲         that others still have        │
 *   │   the target    │   │                                       │
 *   │   got smaller   │   └───────────────────────────────────────┤
 *   │                 ▼                 the last of them is free  │
 *   └───────────── RELEASING ◄────────────────────────────────────┘
 *     dropped all       │               the target got smaller
 *                       │
 *                       ▼
 *                     gone          from every state: leave, end of the session, or a newer
 *                                   member with the same static name
 * </pre>
 *
 * <p>A member follows these rules:
 *
 * <ol>
 *   <li>It joins with an id that it makes up, and repeats the join until the answer comes. It
 *       ignores notices before that. Then it sends a beat at the given interval, and at once when
 *       it has dropped something.
 *   <li>It ignores an assignment with an epoch below its own. It takes over every other one, and
 *       its epoch: it owns what is assigned, and what it has not dropped yet of what it is
 *       releasing. It drops what is in neither, such as the partitions of a deleted topic.
 *   <li>For each partition that it is releasing, it finishes or abandons its events, commits, and
 *       drops the partition. Each beat says what it still owns. A beat with the present epoch
 *       confirms the drop; a beat with an older epoch is only a sign of life, because the member
 *       may not have known that it must drop the partition.
 *   <li>After {@code UNKNOWN_MEMBER} or {@code STALE_MEMBER} it drops everything and joins again,
 *       best with a new id. After {@code STATIC_NAME_TAKEN} it drops everything and ends.
 * </ol>
 *
 * <p>Therefore each message may be lost, late, doubled or overtaken. A partition gets a new owner
 * only when the old one has confirmed that it dropped it, has left, or its session has ended.
 *
 * <h2>Who may commit</h2>
 *
 * <p>A commit carries the member's epoch. It is accepted for the partitions that the member has had
 * without a break since that epoch. A member that was removed, and one that came back later, cannot
 * commit with what they knew before. Committed offsets never go back but by a {@link
 * io.millrace.group.Command.Reset}, and do not expire unless the group has a retention time.
 *
 * <h2>Two clocks</h2>
 *
 * <p>Beats keep the <em>session</em> alive; a member without beats is removed after its session
 * timeout. <em>Progress</em> is what the application does with its events. It is only shown, unless
 * the member has set a processing time when it joined: then a member that holds events and does not
 * process is removed too, with the reason. Neither clock is in the log.
 *
 * <h2>QueueStates</h2>
 *
 * <p>A group has one of two kinds. The members of a native group own partitions, as above. A
 * <em>queue</em>, a group of kind shared, has consumers instead: each takes single events of all
 * partitions of its topic, and settles them. {@link io.millrace.group.queue} has the life of an
 * event. What is done and what has failed is in the log, as {@link
 * io.millrace.group.GroupRecord.QueueSettled}. Consumers, locks and the events that were read are
 * in memory only: {@link io.millrace.group.GroupMachine#queueNews} tells the coordinator what to
 * read for the windows, where a take would get something, and which dead letters to write.
 *
 * <p>A consumer has an id that its client makes up. When its connection ends it is <em>away</em>
 * and keeps its locks for five seconds; when it opens the queue again in this time it continues.
 * Each opening has a number, so that a late request of an old connection does no harm.
 */
package io.millrace.group;
