package io.millrace.client.internal.consumer;

import java.util.ArrayDeque;

/**
 * The events of one partition that are in progress, and up to where all are finished. Guarded by
 * the lock of {@link EventProcessing}.
 */
final class FinishedPrefix {

  private static final long NONE = -1;

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
  private long startedTo = NONE;
  private int running;
  private boolean closed;
  private long lastOffset;

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
  void started(Slot slot) {
    running++;
    startedTo = Math.max(startedTo, slot.offset);
  }

  /** A handler is done with an event, finished or not. */
  void stopped() {
    running--;
  }

  /**
   * Only events before one that has begun may begin from now on: they fill the gaps, so that what
   * is finished can be committed.
   */
  void close() {
    if (!closed) {
      closed = true;
      lastOffset = startedTo;
    }
  }

  /** No event may begin from now on. */
  void abandon() {
    closed = true;
    lastOffset = NONE;
  }

  /** Whether the prefix is closed or abandoned. */
  boolean isClosed() {
    return closed;
  }

  /** Whether an event may begin. */
  boolean mayStart(Slot slot) {
    return !closed || slot.offset <= lastOffset;
  }

  /** Whether no event is in progress, or may begin, in a prefix that is closed. */
  boolean isDrained() {
    return running == 0 && (slots.isEmpty() || slots.peek().offset > lastOffset);
  }
}
