package io.millrace.core;

import io.millrace.group.ConsumerSession;
import io.millrace.group.Reply;
import io.millrace.group.queue.DeadLetterRule;
import io.millrace.group.queue.QueueWish;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The queues of the broker: groups whose consumers take single events. The first call makes their
 * classes load. Any thread.
 */
public final class QueueOpenings {

  private final GroupCoordinator groups;
  private final TopicTable topics;
  private final AtomicLong openings = new AtomicLong();

  QueueOpenings(GroupCoordinator groups, TopicTable topics) {
    this.groups = groups;
    this.topics = topics;
  }

  /**
   * Opens a queue for a consumer, or continues a consumer. Makes the group if there is none.
   *
   * @return fails with {@link BrokerException}: {@code UNKNOWN_TOPIC}, {@code INVALID_TOPIC_NAME}
   *     for the topic of dead letters, {@code INVALID_GROUP_NAME}, {@code INCONSISTENT_GROUP} for a
   *     group with members, {@code INVALID_REQUEST}, {@code LIMIT_REACHED}, or as {@link
   *     GroupCoordinator#submit}
   */
  public CompletableFuture<OpenQueue> open(QueueOpening opening) {
    Topic topic;
    try {
      topic = topics.byName(opening.topic());
      TopicName.requireNotInternal(topic.name());
      requireNoInternalTopic(opening.wish());
    } catch (BrokerException e) {
      return CompletableFuture.failedFuture(e);
    }
    ConsumerSession session = new ConsumerSession(opening.session(), openings.incrementAndGet());
    return groups
        .shardFor(new OpenQueue(null, opening, session, topic).firstCommand())
        .thenCompose(shard -> open(new OpenQueue(shard, opening, session, topic), shard));
  }

  private static CompletableFuture<OpenQueue> open(OpenQueue consumer, GroupShard shard) {
    CompletableFuture<OpenQueue> result = new CompletableFuture<>();
    shard
        .submit(consumer.firstCommand())
        .whenComplete((reply, failure) -> opened(consumer, shard, reply, failure, result));
    return result;
  }

  private static void opened(
      OpenQueue consumer,
      GroupShard shard,
      Reply reply,
      Throwable failure,
      CompletableFuture<OpenQueue> result) {
    if (reply instanceof Reply.QueueOpened opened) {
      consumer.opened(opened);
      shard.onOwner(() -> shard.queues().register(consumer));
      result.complete(consumer);
      return;
    }
    BrokerException cause =
        reply instanceof Reply.Refusal refusal
            ? new BrokerException(refusal.error(), refusal.message())
            : null;
    consumer.end(cause != null ? cause : BrokerException.shuttingDown());
    if (failure != null) {
      consumer.away(); // the session may be open
    }
    result.completeExceptionally(cause != null ? cause : StageFailure.cause(failure));
  }

  private static void requireNoInternalTopic(QueueWish wish) {
    wish.deadLetters().map(DeadLetterRule::topic).ifPresent(TopicName::requireNotInternal);
  }
}
