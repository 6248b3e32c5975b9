package io.millrace.core;

import java.util.EnumMap;
import java.util.Map;

/**
 * The shares of the memory of the process, one for each {@link Use}. Together they leave space for
 * the broker's own objects and for garbage: the serial collector keeps two thirds of the heap for
 * objects that live long. Any thread.
 */
public final class MemoryBudget {

  /**
   * A kind of objects, and its share in percent of the largest heap. Objects that are also, or
   * only, in direct memory get a share of the smaller of the two memories.
   */
  public enum Use {
    /** The sequences of producers, and the names of producers. */
    PRODUCERS(14, false),
    /** Lists of sources, from the first event that is read to the encoded answer. */
    SOURCE_LISTS(7, false),
    /** The maintained summaries of sources of the topics that are asked about. */
    SOURCE_SUMMARIES(3, false),
    /** Subscriptions with their filters. */
    SUBSCRIPTIONS(6, false),
    /**
     * Batches that a filter has made for a subscriber and that are not sent yet, and events that
     * were read for queues.
     */
    FILTERED_BATCHES(2, false),
    /** Topics and open partitions. */
    TOPICS(25, false),
    /** Consumer groups, and the commands that wait for them. */
    GROUPS(3, false),
    /** Accounts of quotas, and the answers that quotas hold back. */
    QUOTAS(1, false),
    /** Requests that are not answered yet: batches in direct memory, and objects in the heap. */
    REQUESTS(20, true),
    /** Long answers that clients have not taken yet, in direct memory. */
    ANSWERS(15, true);

    private final int percent;
    private final boolean direct;

    Use(int percent, boolean direct) {
      this.percent = percent;
      this.direct = direct;
    }
  }

  private final Map<Use, MemoryShare> shares = new EnumMap<>(Use.class);

  /**
   * @param heapBytes the largest size of the heap
   * @param directBytes the largest size of the direct memory
   */
  public MemoryBudget(long heapBytes, long directBytes) {
    long smaller = Math.min(heapBytes, directBytes);
    for (Use use : Use.values()) {
      shares.put(use, new MemoryShare((use.direct ? smaller : heapBytes) / 100 * use.percent));
    }
  }

  public MemoryShare share(Use use) {
    return shares.get(use);
  }
}
