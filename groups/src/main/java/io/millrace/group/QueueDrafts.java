package io.millrace.group;

import io.millrace.group.GroupRecord.QueueDeadLettersSet;
import io.millrace.group.queue.QueueDraft;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The windows that one decision changes. Used once, then dropped. */
final class QueueDrafts {

  private final QueueStates queues;
  private final Moment now;
  private final Map<QueuePartition, QueueDraft> drafts = new LinkedHashMap<>();
  private long inVain;

  QueueDrafts(QueueStates queues, Moment now) {
    this.queues = queues;
    this.now = now;
  }

  QueueDraft of(QueuePartition partition) {
    return drafts.computeIfAbsent(
        partition, each -> each.window().draft(now.monotonicMicros(), now.epochMicros()));
  }

  /** As {@link QueueDraft#settle}. */
  long settle(QueuePartition partition, ConsumerState consumer, EventSettlement settlement) {
    QueueDraft draft = of(partition);
    long before = draft.inVain();
    long lost =
        draft.settle(
            consumer.number(),
            settlement.lock(),
            settlement.from(),
            settlement.to(),
            settlement.outcome(),
            settlement.delayMicros(),
            settlement.failed(),
            settlement.reason());
    inVain += draft.inVain() - before;
    return lost;
  }

  /** Events that settlements have named after they were named, or are not locked any more. */
  long inVain() {
    return inVain;
  }

  /** Gives the events of a consumer back. */
  void release(ConsumerState consumer, boolean counts) {
    release(consumer, Long.MIN_VALUE, counts);
  }

  /** Gives the events of a consumer back whose locks have higher numbers. Counts no attempt. */
  void releaseAfter(ConsumerState consumer, long lastLock) {
    release(consumer, lastLock, false);
  }

  private void release(ConsumerState consumer, long after, boolean counts) {
    for (QueuePartition partition : queues.partitions(consumer)) {
      if (partition.window().hasLocked(consumer.number(), after)) {
        of(partition).release(consumer.number(), after, counts);
      }
    }
  }

  Decision decision(Reply reply, List<Effect> more) {
    List<GroupRecord> records = new ArrayList<>();
    List<Effect> effects = new ArrayList<>();
    drafts.forEach(
        (partition, draft) -> {
          draft.finish();
          if (draft.isEmpty()) {
            return;
          }
          effects.add(new Effect.QueueChanged(partition, draft));
          if (draft.isDurable()) {
            QueueRecords.settled(
                partition.group(),
                partition.id(),
                draft.start(),
                draft.done(),
                draft.failed(),
                records::add);
          }
          if (draft.deadLetters() > 0) {
            long before = queues.progress(partition.group(), partition.id()).deadLetters();
            records.add(
                new QueueDeadLettersSet(
                    partition.group(), partition.id(), before + draft.deadLetters()));
          }
        });
    effects.addAll(more);
    return new Decision(records, reply, List.of(), effects);
  }
}
