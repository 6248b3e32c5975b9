package io.millrace.core;

import io.millrace.group.queue.TakenEvent;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Events that a consumer of a queue has locked.
 *
 * @param partition number of the partition; {@link #NOTHING} without events
 * @param lock number of the lock
 * @param lockMicros how long they are still locked
 * @param events the events, by offset
 * @param batches whole batches with these events only, in the heap; a batch of which only some
 *     events are locked is a filtered one
 * @param memory what events and batches take. Who gets this object closes it
 */
public record TakenBatches(
    int partition,
    long lock,
    long lockMicros,
    List<TakenEvent> events,
    List<ByteBuffer> batches,
    TakenMemory memory) {

  /** The partition of an answer without events. */
  public static final int NOTHING = -1;

  /** The wait is over, and there are no events. */
  static final TakenBatches NONE =
      new TakenBatches(NOTHING, 0, 0, List.of(), List.of(), TakenMemory.none());

  public TakenBatches {
    events = List.copyOf(events);
    batches = List.copyOf(batches);
  }
}
