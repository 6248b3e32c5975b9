package io.millrace.core;

import io.millrace.group.PartitionId;
import java.util.concurrent.CompletableFuture;

/** A request for events that is not answered yet. Exactly one answer. Any thread answers. */
final class WaitingTake implements Comparable<WaitingTake> {

  private final QueueConsumer consumer;
  private final long number;
  private final QueueConsumer.Room room;
  private final long deadlineMicros;
  private final CompletableFuture<TakenEvents> result = new CompletableFuture<>();

  /**
   * @param number higher than that of every earlier one
   * @param deadlineMicros by the monotonic clock
   */
  WaitingTake(QueueConsumer consumer, long number, QueueConsumer.Room room, long deadlineMicros) {
    this.consumer = consumer;
    this.number = number;
    this.room = room;
    this.deadlineMicros = deadlineMicros;
  }

  QueueConsumer consumer() {
    return consumer;
  }

  QueueConsumer.Room room() {
    return room;
  }

  long deadlineMicros() {
    return deadlineMicros;
  }

  CompletableFuture<TakenEvents> result() {
    return result;
  }

  PartitionId partition(int number) {
    return new PartitionId(consumer.topicId(), number);
  }

  void answer(TakenEvents events) {
    result.complete(events);
  }

  void refuse(Throwable cause) {
    result.completeExceptionally(cause);
  }

  /** By the end of the wait. */
  @Override
  public int compareTo(WaitingTake other) {
    int byDeadline = Long.compare(deadlineMicros, other.deadlineMicros);
    return byDeadline != 0 ? byDeadline : Long.compare(number, other.number);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(number);
  }
}
