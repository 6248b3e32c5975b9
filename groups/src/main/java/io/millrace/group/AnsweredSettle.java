package io.millrace.group;

import io.millrace.group.queue.QueueDraft;
import io.millrace.protocol.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The answer to a request with settlements, so that a repetition gets the same one. Immutable. */
final class AnsweredSettle {

  private static final long BYTES = 120;
  private static final long LOST_BYTES = 12;

  private final int settlementsHash;

  /** The settlements with lost events, and the first lost offset of each. */
  private final int[] lostAt;

  private final long[] lostOffsets;

  AnsweredSettle(List<EventSettlement> settlements, List<Reply.SettleOutcome> outcomes) {
    this.settlementsHash = settlements.hashCode();
    this.lostAt =
        IntStream.range(0, outcomes.size())
            .filter(i -> outcomes.get(i).error() == ErrorCode.LOCK_LOST)
            .toArray();
    this.lostOffsets = IntStream.of(lostAt).mapToLong(i -> outcomes.get(i).lostOffset()).toArray();
  }

  /** Whether these may be the settlements of the request; false: they are not. */
  boolean isOf(List<EventSettlement> settlements) {
    return settlements.hashCode() == settlementsHash;
  }

  /** The first lost offset of each settlement, or {@link QueueDraft#NOTHING_LOST}. */
  long[] lostOffsets(int settlements) {
    long[] lost = new long[settlements];
    Arrays.fill(lost, QueueDraft.NOTHING_LOST);
    for (int i = 0; i < lostAt.length; i++) {
      lost[lostAt[i]] = lostOffsets[i];
    }
    return lost;
  }

  /** The number of settlements with lost events. */
  int lost() {
    return lostAt.length;
  }

  /** The estimated memory, in bytes. */
  long bytes() {
    return BYTES + LOST_BYTES * lostAt.length;
  }
}
