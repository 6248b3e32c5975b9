package io.millrace.core;

import java.util.EnumMap;
import java.util.Map;

/**
 * The shares of the memory of the process, one for each {@link Use}. Together they leave room for
 * the broker's own objects and for garbage: the serial collector keeps two thirds of the heap for
 * objects that live long. Any thread.
 */
public final class MemoryBudget {

  /**
   * A kind of objects, and its share in percent of the largest heap. The largest size of direct
   * memory, outside the heap, is that of the heap too.
   */
  public enum Use {
    /** The sequences of producers, and the names of producers. */
    PRODUCERS(15),
    /** Lists of sources, from the first event that is read to the encoded answer. */
    SOURCE_LISTS(10),
    /** Subscriptions with their filters. */
    SUBSCRIPTIONS(8),
    /** Topics and open partitions. */
    TOPICS(25),
    /** Requests that are not answered yet: batches in direct memory, and objects in the heap. */
    REQUESTS(20),
    /** Long answers that clients have not taken yet, in direct memory. */
    ANSWERS(15);

    private final int percent;

    Use(int percent) {
      this.percent = percent;
    }
  }

  private final Map<Use, MemoryShare> shares = new EnumMap<>(Use.class);

  /**
   * @param heapBytes the largest size of the heap
   */
  public MemoryBudget(long heapBytes) {
    for (Use use : Use.values()) {
      shares.put(use, new MemoryShare(heapBytes / 100 * use.percent));
    }
  }

  public MemoryShare share(Use use) {
    return shares.get(use);
  }
}
