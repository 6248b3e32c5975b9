package io.millrace.group;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/** The newest requests with settlements of one consumer, by their numbers. */
final class AnsweredSettles {

  /** Most settlements with lost events that all requests have together: as many as one may have. */
  private static final int MAX_LOST = GroupLimits.SETTLEMENTS;

  private final Map<Long, AnsweredSettle> byNumber = new HashMap<>();
  private final Queue<Long> oldestFirst = new ArrayDeque<>();
  private int lost;
  private long bytes;

  /** The answer to a request, or null. */
  AnsweredSettle find(long number) {
    return byNumber.get(number);
  }

  /** Adds the answer to a request whose number is not known. */
  void add(long number, AnsweredSettle answer) {
    byNumber.put(number, answer);
    oldestFirst.add(number);
    lost += answer.lost();
    bytes += answer.bytes();
    while (byNumber.size() > 1 && isTooMuch()) {
      AnsweredSettle oldest = byNumber.remove(oldestFirst.remove());
      lost -= oldest.lost();
      bytes -= oldest.bytes();
    }
  }

  private boolean isTooMuch() {
    return byNumber.size() > GroupLimits.SETTLES_REMEMBERED || lost > MAX_LOST;
  }

  void clear() {
    byNumber.clear();
    oldestFirst.clear();
    lost = 0;
    bytes = 0;
  }

  /** The estimated memory, in bytes. */
  long bytes() {
    return bytes;
  }
}
