package io.millrace.group.queue;

import java.util.Arrays;

/**
 * The events of a window by offset: an array that grows at its end. Events that are done leave at
 * the start, and from the middle when they are more than half.
 */
final class QueueEvents {

  private static final int FIRST_CAPACITY = 16;

  private QueueEvent[] events = new QueueEvent[FIRST_CAPACITY];
  private int begin;
  private int end;
  private int live;

  /** Events that are not done. */
  int live() {
    return live;
  }

  /** Events in the array, with those that are done. */
  int held() {
    return end - begin;
  }

  /** The first index. */
  int begin() {
    return begin;
  }

  /** One past the last index. */
  int end() {
    return end;
  }

  QueueEvent at(int index) {
    return events[index];
  }

  /** The index of the first event from an offset on; {@link #end} if there is none. */
  int indexFrom(long offset) {
    int low = begin;
    int high = end;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (events[middle].offset < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The event at an offset that is not done, or null. */
  QueueEvent find(long offset) {
    int index = indexFrom(offset);
    boolean found = index < end && events[index].offset == offset && !events[index].isDone();
    return found ? events[index] : null;
  }

  /** Adds an event after all others. */
  void add(QueueEvent event) {
    if (end == events.length) {
      makeRoom();
    }
    events[end++] = event;
    live++;
  }

  /** An event is done now. */
  void oneDone() {
    live--;
  }

  /** Drops what is done where that is cheap. Indexes change. */
  void trim() {
    while (begin < end && events[begin].isDone()) {
      events[begin++] = null;
    }
    if (held() > FIRST_CAPACITY && live < held() / 2) {
      compact();
    }
    if (events.length > FIRST_CAPACITY && held() < events.length / 4) {
      move(Math.max(FIRST_CAPACITY, held() * 2));
    }
  }

  private void compact() {
    int kept = begin;
    for (int i = begin; i < end; i++) {
      if (!events[i].isDone()) {
        events[kept++] = events[i];
      }
    }
    Arrays.fill(events, kept, end, null);
    end = kept;
  }

  private void makeRoom() {
    move(held() * 2 > events.length ? events.length * 2 : events.length);
  }

  private void move(int capacity) {
    QueueEvent[] moved = new QueueEvent[capacity];
    System.arraycopy(events, begin, moved, 0, held());
    end -= begin;
    begin = 0;
    events = moved;
  }
}
