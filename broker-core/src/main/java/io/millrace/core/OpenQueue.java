package io.millrace.core;

import io.millrace.group.Command;
import io.millrace.group.ConsumerSession;
import io.millrace.group.EventSettlement;
import io.millrace.group.PartitionId;
import io.millrace.group.Reply;
import io.millrace.group.queue.QueueOutcome;
import io.millrace.group.queue.QueueRules;
import io.millrace.group.queue.QueueWish;
import io.millrace.group.queue.TakenEvent;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * A consumer of a queue, on one connection. It takes events, which are locked for it, and settles
 * them. Any thread.
 *
 * <p>Every future fails with {@link BrokerException}: {@code UNKNOWN_QUEUE} when the consumer is
 * closed, or has continued on another connection; {@code UNKNOWN_TOPIC} when the topic is deleted;
 * {@code TOO_MANY_IN_FLIGHT}; the reason why the log of groups cannot be written; or {@code
 * SHUTTING_DOWN}.
 */
public final class OpenQueue {

  private static final AtomicLong TAKES = new AtomicLong();

  private final GroupShard shard;
  private final QueueOpening opening;
  private final ConsumerSession session;
  private final Topic topic;

  /** Null until the queue is open. */
  private volatile Reply.QueueOpened opened;

  /** Why nothing is done for it any more; null: it is open. Set by the owner of the shard. */
  private volatile BrokerException ended;

  /**
   * What a consumer has room for.
   *
   * @param maxEvents most events, at least 1
   * @param maxBytes most bytes of events before compression, unless the first event is larger; at
   *     least 1
   * @param writable whether the client takes what it gets. Asked on the owner's thread; after it
   *     was false, {@link OpenQueue#resume} says that it is true again
   */
  public record Room(int maxEvents, long maxBytes, BooleanSupplier writable) {}

  OpenQueue(GroupShard shard, QueueOpening opening, ConsumerSession session, Topic topic) {
    this.shard = shard;
    this.opening = opening;
    this.session = session;
    this.topic = topic;
  }

  /** The settings of the queue when it was opened. */
  public QueueRules settings() {
    return opened.settings();
  }

  /** Whether the session was known, so that the consumer still has its locks. */
  public boolean continued() {
    return opened.continued();
  }

  public UUID topicId() {
    return topic.id();
  }

  /** The number of partitions of the topic when the queue was opened. */
  public int partitions() {
    return topic.partitions().size();
  }

  /**
   * Takes events, and locks them. Waits until there are some, and memory for them. The caller
   * closes {@link TakenBatches#memory}.
   *
   * @param maxWaitMicros the longest wait, at least 0
   * @return completes on a thread of the broker
   */
  public CompletableFuture<TakenBatches> take(Room room, long maxWaitMicros) {
    long deadline = shard.resources().now().monotonicMicros() + maxWaitMicros;
    WaitingTake take = new WaitingTake(this, TAKES.incrementAndGet(), room, deadline);
    shard.submit(new GroupTask.OfState(machine -> shard.queues().add(take), take::refuse));
    return take.result();
  }

  /** The client takes what it gets again. */
  public void resume() {
    shard.onOwner(
        () -> {
          shard.queues().resume(this);
          shard.wake();
        });
  }

  /**
   * Settles events.
   *
   * @param number of the request, as {@link Command.Settle} has it
   * @return completes with a {@link Reply.Settled} when it is durable
   */
  public CompletableFuture<Reply.Settled> settle(long number, List<EventSettlement> settlements) {
    BrokerException cause = ended;
    if (cause != null) {
      return CompletableFuture.failedFuture(cause);
    }
    return shard
        .submit(new Command.Settle(opening.group(), session, number, settlements))
        .thenApply(reply -> expected(Reply.Settled.class, reply));
  }

  /** Gives events back that the client has not got: no delivery has failed. */
  public void giveBack(TakenBatches taken) {
    if (taken.events().isEmpty()) {
      return;
    }
    PartitionId partition = new PartitionId(topicId(), taken.partition());
    giveBack(partition, taken.lock(), taken.events(), 0);
  }

  /** Refuses the takes that wait. */
  public void refuseTakes(BrokerException cause) {
    shard.onOwner(() -> shard.queues().refuse(this, cause));
  }

  /** Closes the queue for this consumer: its events are given back, and no delivery has failed. */
  public CompletableFuture<Void> close() {
    leave(closed());
    return shard
        .submit(new Command.CloseQueue(opening.group(), session))
        .thenApply(
            reply -> {
              expected(Reply.Done.class, reply);
              return null;
            });
  }

  /**
   * Ends the queue for this consumer, which may not use it any more: as {@link #close}, and what it
   * asks for fails with the cause.
   */
  public void revoke(BrokerException cause) {
    leave(cause);
    SureCommand.submit(new Command.CloseQueue(opening.group(), session), shard);
  }

  /** The connection has ended. The consumer keeps its locks for a time. */
  public void away() {
    leave(closed());
    SureCommand.submit(new Command.QueueAway(opening.group(), session), shard);
  }

  private void leave(BrokerException cause) {
    shard.onOwner(() -> shard.queues().remove(this, cause));
  }

  private static BrokerException closed() {
    return new BrokerException(ErrorCode.UNKNOWN_QUEUE, "the queue is closed; open it again");
  }

  /** The name of the queue. */
  public String group() {
    return opening.group();
  }

  ConsumerSession session() {
    return session;
  }

  /** The name of its topic. */
  public String topicName() {
    return topic.name();
  }

  /** Whether it is closed, or has continued on another connection. */
  public boolean hasEnded() {
    return ended != null;
  }

  /** Why it has ended, or null. */
  BrokerException ended() {
    return ended;
  }

  /** Ends it. Owner thread of the shard. */
  void end(BrokerException cause) {
    if (ended == null) {
      ended = cause;
    }
  }

  boolean isOpen() {
    return opened != null && ended == null;
  }

  void opened(Reply.QueueOpened reply) {
    opened = reply;
  }

  Command.OpenQueue firstCommand() {
    return command(opening.lastLock(), opening.wish());
  }

  /** The command that opens the queue again, after the broker has lost its session. */
  Command.OpenQueue nextCommand() {
    return command(Command.OpenQueue.KEEP_ALL, QueueWish.NONE);
  }

  private Command.OpenQueue command(long lastLock, QueueWish wish) {
    return new Command.OpenQueue(
        opening.group(), session, topic.id(), opening.clientId(), opening.host(), lastLock, wish);
  }

  /** The refusal of what an earlier connection of the same consumer asks. */
  static BrokerException takenOver(String group) {
    return new BrokerException(
        ErrorCode.UNKNOWN_QUEUE,
        "the consumer of queue "
            + Quoted.text(group)
            + " continues on another connection, which has opened it with the same session");
  }

  void giveBack(PartitionId partition, long lock, List<TakenEvent> events, long delayMicros) {
    EventSettlement release =
        new EventSettlement(
            partition,
            lock,
            events.get(0).offset(),
            events.get(events.size() - 1).offset(),
            QueueOutcome.RELEASE,
            delayMicros,
            false,
            "");
    // If this is refused, the lock time gives the events back.
    shard.submit(
        new Command.Settle(opening.group(), session, Command.Settle.NO_NUMBER, List.of(release)));
  }

  static <T extends Reply> T expected(Class<T> type, Reply reply) {
    if (reply instanceof Reply.Refusal refusal) {
      throw refused(refusal);
    }
    return type.cast(reply);
  }

  /** A refusal of the machine. To a client, a consumer that is gone is a queue that is not open. */
  static BrokerException refused(Reply.Refusal refusal) {
    boolean gone = refusal.error() == ErrorCode.UNKNOWN_MEMBER;
    return new BrokerException(gone ? ErrorCode.UNKNOWN_QUEUE : refusal.error(), refusal.message());
  }
}
