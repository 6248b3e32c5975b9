package io.millrace.client.internal.consumer;

import java.util.ArrayDeque;

/**
 * The events of one partition that are in progress, and up to where all are finished. Guarded by
 * the lock of {@link EventProcessing}.
 */
final class FinishedPrefix {

  /** An event in progress. */
  static final class Slot {
    private final long offset;
    private boolean finished;

    private Slot(long offset) {
      this.offset = offset;
    }
  }

  private final ArrayDeque<Slot> slots = new ArrayDeque<>();
  private long end;
  private int running;
  private boolean closed;

  /**
   * An event is handed out.
   *
   * @param offset above those of all events before
   */
  Slot add(long offset) {
    Slot slot = new Slot(offset);
    slots.add(slot);
    end = Math.max(end, offset + 1);
    return slot;
  }

  /** All events below an offset are handed out, or not wanted. */
  void handedOutTo(long offset) {
    end = Math.max(end, offset);
  }

  /** The event is finished. */
  void finish(Slot slot) {
    slot.finished = true;
    while (!slots.isEmpty() && slots.peek().finished) {
      slots.poll();
    }
  }

  /** The offset below which all events are finished. */
  long position() {
    return slots.isEmpty() ? end : slots.peek().offset;
  }

  /** A handler begins with an event. */
  void started() {
    running++;
  }

  /** A handler is done with an event, finished or not. */
  void stopped() {
    running--;
  }

  /** Whether a handler has an event. */
  boolean isRunning() {
    return running > 0;
  }

  /** No event begins any more. */
  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }
}
