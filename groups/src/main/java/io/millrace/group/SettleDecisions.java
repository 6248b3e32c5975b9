package io.millrace.group;

import io.millrace.group.Reply.SettleOutcome;
import io.millrace.group.queue.QueueDraft;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;

/** Decisions on settlements, and on their repetitions. */
final class SettleDecisions {

  private final GroupState state;
  private final QueueStates queues;

  SettleDecisions(GroupState state) {
    this.state = state;
    this.queues = state.queues();
  }

  Decision settle(ConsumerState consumer, Command.Settle settle, Moment now) {
    List<EventSettlement> settlements = settle.settlements();
    QueueInputs.settlements(settlements.size());
    AnsweredSettle before = consumer.answered().find(settle.number());
    if (before != null) {
      return repeated(consumer, settle, before, now);
    }
    QueueDrafts drafts = new QueueDrafts(queues, now);
    List<SettleOutcome> outcomes =
        outcomes(consumer, settlements, i -> lost(consumer, settlements.get(i), drafts));
    if (drafts.inVain() > GroupLimits.SETTLED_IN_VAIN) {
      throw GroupInputs.invalid(
          "the settlements of the request name more than "
              + GroupLimits.SETTLED_IN_VAIN
              + " events that others of them have named before, or that are not locked any more;"
              + " nothing is settled; name each event once, or use several requests");
    }
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.QueueProgressed(consumer, now));
    if (settle.number() != Command.Settle.NO_NUMBER) {
      AnsweredSettle answer = new AnsweredSettle(settlements, outcomes);
      effects.add(new Effect.QueueAnswered(consumer, settle.number(), answer));
    }
    return drafts.decision(new Reply.Settled(outcomes), effects);
  }

  /** The first answer was lost on its way. */
  private Decision repeated(
      ConsumerState consumer, Command.Settle settle, AnsweredSettle before, Moment now) {
    List<EventSettlement> settlements = settle.settlements();
    if (!before.isOf(settlements)) {
      throw GroupInputs.invalid(
          "the request has the number "
              + settle.number()
              + ", with which the consumer has settled something else; a new request needs a higher"
              + " number than all before it");
    }
    long[] lost = before.lostOffsets(settlements.size());
    return Decision.of(
        new Reply.Settled(outcomes(consumer, settlements, i -> lost[i])),
        new Effect.QueueProgressed(consumer, now));
  }

  /**
   * @param lost the first lost offset of a settlement, by its index
   */
  private List<SettleOutcome> outcomes(
      ConsumerState consumer, List<EventSettlement> settlements, IntToLongFunction lost) {
    List<SettleOutcome> outcomes = new ArrayList<>(settlements.size());
    for (int i = 0; i < settlements.size(); i++) {
      EventSettlement settlement = settlements.get(i);
      try {
        QueueInputs.settlement(settlement);
        QueueDecisions.requireOfTopic(consumer, settlement.partition());
        outcomes.add(outcome(settlement, lost.applyAsLong(i)));
      } catch (RefusedException e) {
        Reply.Refusal refusal = e.reply();
        outcomes.add(
            new SettleOutcome(refusal.error(), refusal.message(), QueueDraft.NOTHING_LOST));
      }
    }
    return outcomes;
  }

  private long lost(ConsumerState consumer, EventSettlement settlement, QueueDrafts drafts) {
    QueuePartition partition = queues.partition(consumer.group(), settlement.partition());
    if (partition == null || drafts.inVain() > GroupLimits.SETTLED_IN_VAIN) {
      return settlement.from();
    }
    return drafts.settle(partition, consumer, settlement);
  }

  private SettleOutcome outcome(EventSettlement settlement, long lost) {
    return lost == QueueDraft.NOTHING_LOST
        ? new SettleOutcome(ErrorCode.NONE, "", QueueDraft.NOTHING_LOST)
        : new SettleOutcome(
            ErrorCode.LOCK_LOST,
            "event "
                + lost
                + " of "
                + state.topics().show(settlement.partition())
                + " is not locked by lock "
                + settlement.lock()
                + " of this consumer any more: its lock time passed, it was settled, or the broker"
                + " lost its locks; it may be handed out again",
            lost);
  }
}
