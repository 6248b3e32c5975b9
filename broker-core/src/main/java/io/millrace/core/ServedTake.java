package io.millrace.core;

import io.millrace.group.Command;
import io.millrace.group.Reply;
import io.millrace.group.queue.TakenEvent;
import io.millrace.protocol.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A take for which events are being locked: memory is reserved, the events are locked and read, and
 * the consumer gets them. Owner thread of the shard, unless a method says otherwise.
 */
final class ServedTake {

  /** How long events wait that cannot be read. */
  private static final long UNREADABLE_MICROS = 1_000_000;

  /** How long events wait whose stored bytes are damaged. */
  private static final long DAMAGED_MICROS = 30_000_000;

  /** Bytes that an event takes at most in addition, if it is alone in a batch. */
  private static final long EVENT_BYTES = 200;

  private final QueueTakes.Match match;
  private final GroupTopics topics;
  private final QueueResources resources;
  private final GroupShard shard;

  /** By the monotonic clock. */
  private final long lockedAt;

  /** Null until it is reserved. */
  private TakenMemory memory;

  ServedTake(
      QueueTakes.Match match,
      long lockedAt,
      GroupShard shard,
      GroupTopics topics,
      QueueResources resources) {
    this.match = match;
    this.lockedAt = lockedAt;
    this.shard = shard;
    this.topics = topics;
    this.resources = resources;
  }

  /** Reserves memory for the events that would be locked; false if there is none. */
  boolean reserve(Reply.Taken taken) {
    memory =
        resources.memory().tryReserveAnswer(taken.bytes() + taken.events().size() * EVENT_BYTES);
    return memory != null;
  }

  /** Whether memory is reserved. */
  boolean isReserved() {
    return memory != null;
  }

  /** Nothing was locked. */
  void release() {
    if (memory != null) {
      memory.close();
    }
  }

  /** The lock is durable, as far as there was something to store; or its decision is taken back. */
  void decided(Reply.Taken taken, Throwable failure) {
    if (failure != null) {
      memory.close();
      again(failure);
      return;
    }
    long[] offsets = taken.events().stream().mapToLong(TakenEvent::offset).toArray();
    topics
        .partition(match.partition())
        .map(partition -> EventPicker.pick(partition, offsets, taken.bytes(), resources))
        .orElseGet(
            () ->
                CompletableFuture.failedFuture(
                    ShardQueues.deleted(match.take().consumer().topicName())))
        .whenComplete(
            (picked, cause) -> {
              if (cause != null) {
                memory.close();
                shard.onOwner(() -> unreadable(taken, StageFailure.cause(cause)));
              } else {
                handOut(taken, picked);
              }
            });
  }

  /** Any thread. */
  private void handOut(Reply.Taken taken, EventPicker.Picked picked) {
    OpenQueue consumer = match.take().consumer();
    if (consumer.ended() != null) {
      memory.close();
      consumer.giveBack(match.partition(), taken.lock(), taken.events(), 0);
      match.take().refuse(consumer.ended());
      return;
    }
    List<TakenEvent> events = taken.events().subList(0, picked.events());
    shard.queues().readable(consumer.group(), match.partition(), events);
    if (picked.events()
        < taken.events().size()) { // too large for the answer, or one cannot be read
      List<TakenEvent> rest = taken.events().subList(picked.events(), taken.events().size());
      consumer.giveBack(match.partition(), taken.lock(), rest, 0);
    }
    long passed = shard.resources().now().monotonicMicros() - lockedAt;
    long lockMicros = Math.max(0, taken.lockMicros() - passed);
    match
        .take()
        .answer(
            new TakenBatches(
                match.partition().partition(),
                taken.lock(),
                lockMicros,
                events,
                picked.batches(),
                memory));
  }

  /** The events cannot be read: others may try, and if they are deleted, the queue continues. */
  private void unreadable(Reply.Taken taken, Throwable cause) {
    OpenQueue consumer = match.take().consumer();
    if (cause instanceof BrokerException known && UnreadableEvents.isDamage(known.code())) {
      topics
          .partition(match.partition())
          .ifPresent(partition -> damaged(taken.lock(), taken.events(), partition, known));
      again(cause);
      return;
    }
    ErrorCode code = cause instanceof BrokerException e ? e.code() : ErrorCode.INTERNAL;
    boolean deleted = code == ErrorCode.OFFSET_OUT_OF_RANGE;
    consumer.giveBack(
        match.partition(), taken.lock(), taken.events(), deleted ? 0 : UNREADABLE_MICROS);
    if (deleted) {
      topics
          .partition(match.partition())
          .ifPresent(
              partition ->
                  SureCommand.submit(
                      new Command.Trim(
                          consumer.group(), match.partition(), partition.offsets().start()),
                      shard));
      again(cause);
    } else {
      match.take().refuse(cause);
    }
  }

  /** The first events are damaged: they wait, and the others are available at once. */
  private void damaged(
      long lock, List<TakenEvent> events, Partition partition, BrokerException cause) {
    OpenQueue consumer = match.take().consumer();
    UnreadableEvents range = UnreadableEvents.at(partition, events.get(0).offset(), cause);
    shard.queues().unreadable(consumer.group(), match.partition(), range);
    int count = (int) events.stream().takeWhile(each -> each.offset() < range.end()).count();
    consumer.giveBack(match.partition(), lock, events.subList(0, count), DAMAGED_MICROS);
    if (count < events.size()) {
      consumer.giveBack(match.partition(), lock, events.subList(count, events.size()), 0);
    }
  }

  /** A take got nothing, through no fault of its own: it waits on, as long as it wants. */
  private void again(Throwable cause) {
    WaitingTake take = match.take();
    BrokerException refusal = cause instanceof BrokerException e ? e : null;
    boolean ends = refusal == null || refusal.code() == ErrorCode.SHUTTING_DOWN;
    if (ends) {
      take.refuse(cause);
    } else {
      shard.submit(new GroupTask.OfState(machine -> shard.queues().add(take), take::refuse));
    }
  }
}
