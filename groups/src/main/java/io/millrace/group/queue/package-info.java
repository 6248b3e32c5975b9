/**
 * A queue in one partition: what is done, what has failed, and who has what. It knows nothing of
 * groups, their log and their consumers; {@code io.millrace.group} puts it together.
 *
 * <p>{@link io.millrace.group.queue.QueueProgress} is what the log holds. {@link
 * io.millrace.group.queue.QueueWindow} is in memory: the events that were read from the partition
 * and that are not done. A window plans a change as a {@link io.millrace.group.queue.QueueChange}
 * without changing anything, and makes it later. After a restart the window is empty; it is fed
 * again from the start, and skips what the progress says is done.
 *
 * <h2>The life of an event</h2>
 *
 * <pre>
 *     fed
 *      │        take                    accept
 *      ▼   ────────────►           ──────────────────────────────►
 *   AVAILABLE          LOCKED                                      DONE
 *      ▲   ◄────────────  │  ▲ renew    reject                      ▲
 *      │     release,     │  └──┘    ──────────────►  DYING  ───────┘
 *      │     without a    │          ──────────────►    dead letter written
 *      │     delay        │           last attempt
 *      │                  │           failed
 *      │                  ▼
 *      └───────────── WAITING
 *         time over        release with a delay, or a failed attempt
 * </pre>
 *
 * <p>The rules:
 *
 * <ol>
 *   <li>A take gets the available events with the lowest offsets. All that one take got has one
 *       lock, with a number that is never used again.
 *   <li>An attempt fails if the time of the lock passes, if the consumer is lost, or if it says so
 *       with a release. After the last attempt the event is dying. A release that does not say so,
 *       and the close of a consumer, count nothing. A rejected event dies without an attempt.
 *   <li>An event that was accepted is done; also if the consumer says so again under the same lock.
 *       What a consumer says under a lock that it has lost changes nothing.
 *   <li>An event after its lock time stays with the consumer until the next tick: nobody else had
 *       it.
 *   <li>With {@code DeadLetterRule.DISCARD} a dying event is done at once.
 *   <li>With {@code QueueOrder.KEY} an event is handed out only if all earlier ones of its key are
 *       done; so one that waits or dies holds back the later ones of its key.
 *   <li>The start moves to the first event that is not done. Offsets without an event are done with
 *       the events around them.
 *   <li>When more than half of the last attempts failed, the window hands out one event at a time;
 *       the next one after it was accepted, or after the longest back-off. So a flood of failures
 *       does not turn all events into dead letters.
 * </ol>
 */
package io.millrace.group.queue;
