package io.millrace.core;

import io.millrace.group.PartitionId;
import java.util.concurrent.CompletableFuture;

/** A request for events that is not answered yet. Exactly one answer. Any thread answers. */
final class WaitingTake implements Comparable<WaitingTake> {

  private final OpenQueue consumer;
  private final long number;
  private final OpenQueue.Room room;
  private final long deadlineMicros;
  private final CompletableFuture<TakenBatches> result = new CompletableFuture<>();

  /**
   * @param number higher than that of every earlier one
   * @param deadlineMicros by the monotonic clock
   */
  WaitingTake(OpenQueue consumer, long number, OpenQueue.Room room, long deadlineMicros) {
    this.consumer = consumer;
    this.number = number;
    this.room = room;
    this.deadlineMicros = deadlineMicros;
  }

  OpenQueue consumer() {
    return consumer;
  }

  OpenQueue.Room room() {
    return room;
  }

  long deadlineMicros() {
    return deadlineMicros;
  }

  CompletableFuture<TakenBatches> result() {
    return result;
  }

  PartitionId partition(int number) {
    return new PartitionId(consumer.topicId(), number);
  }

  void answer(TakenBatches events) {
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
