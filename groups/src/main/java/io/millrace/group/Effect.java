package io.millrace.group;

import io.millrace.group.queue.QueueChange;
import java.util.Collection;
import java.util.UUID;

/**
 * A change of what the log does not hold: sessions, known topics, and who has which events of a
 * queue. {@link GroupMachine#stage} makes it; it stays if the append of the records fails.
 */
sealed interface Effect {

  /** A member gave a sign of life. */
  record Alive(String group, Member member, Moment now, Command.Progress progress)
      implements Effect {}

  /** A member left and comes back: its session runs, and it sends no beats. */
  record Away(String group, Member member, Moment now) implements Effect {}

  /**
   * A member is gone.
   *
   * @param why what to tell it if it asks
   */
  record Ended(String group, String member, Reply.Refusal why) implements Effect {}

  /** The group's targets agree with the known topics. */
  record Checked(String group) implements Effect {}

  /** The topics are other ones. */
  record TopicsKnown(KnownTopics topics) implements Effect {}

  /** All sessions whose time has passed were looked at, and groups with a retention time. */
  record Ticked(Moment now, boolean retentionChecked) implements Effect {}

  /** A change of the consumers or windows of a queue. */
  sealed interface OfQueue extends Effect {}

  /** A consumer has opened a queue, or continues. */
  record QueueOpened(
      String group, ConsumerSession session, UUID topic, String clientId, String host, Moment now)
      implements OfQueue {}

  /** A consumer has no connection. */
  record QueueAway(ConsumerState consumer, Moment now) implements OfQueue {}

  /** A consumer is gone. */
  record QueueClosed(ConsumerState consumer) implements OfQueue {}

  /** A window changes. */
  record QueueChanged(QueuePartition partition, QueueChange change) implements OfQueue {}

  /** A consumer took or settled something. */
  record QueueProgressed(ConsumerState consumer, Moment now) implements OfQueue {}

  /** A consumer gets an answer to settlements. */
  record QueueAnswered(ConsumerState consumer, long number, AnsweredSettle answer)
      implements OfQueue {}

  /** The windows of some partitions are of no use any more. */
  record QueueDropped(String group, Collection<PartitionId> partitions) implements OfQueue {}
}
