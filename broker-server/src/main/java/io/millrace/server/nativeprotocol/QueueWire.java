package io.millrace.server.nativeprotocol;

import io.millrace.core.TakenBatches;
import io.millrace.group.EventSettlement;
import io.millrace.group.PartitionId;
import io.millrace.group.Reply;
import io.millrace.group.ShownId;
import io.millrace.group.queue.DeadLetterRule;
import io.millrace.group.queue.QueueOrder;
import io.millrace.group.queue.QueueOutcome;
import io.millrace.group.queue.QueueRules;
import io.millrace.group.queue.QueueWish;
import io.millrace.group.queue.TakenEvent;
import io.millrace.protocol.wire.EventAttempts;
import io.millrace.protocol.wire.QueueConsumerInfo;
import io.millrace.protocol.wire.QueueDeadLetters;
import io.millrace.protocol.wire.QueueOrdering;
import io.millrace.protocol.wire.QueuePartitionInfo;
import io.millrace.protocol.wire.QueueSettingsInfo;
import io.millrace.protocol.wire.Settlement;
import io.millrace.protocol.wire.SettlementKind;
import io.millrace.protocol.wire.SettlementOutcome;
import io.millrace.protocol.wire.TakeResponse;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/** Translates between the messages of queues and the values of the machine. Any thread. */
final class QueueWire {

  private QueueWire() {}

  static QueueWish wish(QueueSettingsInfo settings) {
    return new QueueWish(
        settings.lockMicros() == 0 ? OptionalLong.empty() : OptionalLong.of(settings.lockMicros()),
        settings.maxAttempts() == 0 ? OptionalInt.empty() : OptionalInt.of(settings.maxAttempts()),
        settings.backOffMicros() == -1
            ? OptionalLong.empty()
            : OptionalLong.of(settings.backOffMicros()),
        settings.backOffMaxMicros() == -1
            ? OptionalLong.empty()
            : OptionalLong.of(settings.backOffMaxMicros()),
        switch (settings.deadLetters()) {
          case AS_THE_QUEUE -> Optional.empty();
          case DEFAULT_TOPIC -> Optional.of(DeadLetterRule.DEFAULT_TOPIC);
          case NAMED_TOPIC -> Optional.of(new DeadLetterRule(settings.deadLetterTopic(), false));
          case DISCARD -> Optional.of(DeadLetterRule.DISCARD);
        },
        switch (settings.ordering()) {
          case AS_THE_QUEUE -> Optional.empty();
          case NONE -> Optional.of(QueueOrder.NONE);
          case KEY -> Optional.of(QueueOrder.KEY);
        });
  }

  static QueueSettingsInfo settings(QueueRules settings) {
    DeadLetterRule rule = settings.deadLetters();
    QueueDeadLetters deadLetters =
        rule.topic().isEmpty() ? QueueDeadLetters.DEFAULT_TOPIC : QueueDeadLetters.NAMED_TOPIC;
    return new QueueSettingsInfo(
        settings.lockMicros(),
        settings.maxAttempts(),
        settings.backOffMicros(),
        settings.backOffMaxMicros(),
        rule.discard() ? QueueDeadLetters.DISCARD : deadLetters,
        rule.topic(),
        switch (settings.ordering()) {
          case NONE -> QueueOrdering.NONE;
          case KEY -> QueueOrdering.KEY;
        });
  }

  static TakeResponse taken(TakenBatches taken) {
    return new TakeResponse(
        taken.partition(),
        taken.lock(),
        taken.lockMicros(),
        attempts(taken.events()),
        Unpooled.wrappedBuffer(taken.batches().toArray(ByteBuffer[]::new)));
  }

  /** The attempts, run by run. */
  private static List<EventAttempts> attempts(List<TakenEvent> events) {
    List<EventAttempts> runs = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= events.size(); i++) {
      if (i == events.size() || events.get(i).attempts() != events.get(from).attempts()) {
        runs.add(new EventAttempts(i - from, events.get(from).attempts()));
        from = i;
      }
    }
    return runs;
  }

  static EventSettlement settlement(UUID topicId, Settlement settlement) {
    return new EventSettlement(
        new PartitionId(topicId, settlement.partition()),
        settlement.lock(),
        settlement.firstOffset(),
        settlement.lastOffset(),
        outcome(settlement.kind()),
        settlement.delayMicros(),
        settlement.failed(),
        settlement.reason());
  }

  private static QueueOutcome outcome(SettlementKind kind) {
    return switch (kind) {
      case ACCEPT -> QueueOutcome.ACCEPT;
      case RELEASE -> QueueOutcome.RELEASE;
      case REJECT -> QueueOutcome.REJECT;
      case RENEW -> QueueOutcome.RENEW;
    };
  }

  static SettlementOutcome outcome(Reply.SettleOutcome outcome) {
    return new SettlementOutcome(outcome.error(), outcome.message(), outcome.lostOffset());
  }

  static QueueConsumerInfo consumer(Reply.QueueConsumerView consumer) {
    return new QueueConsumerInfo(
        ShownId.of(consumer.session().id().toString()),
        consumer.clientId(),
        consumer.host(),
        consumer.topic(),
        consumer.locked(),
        consumer.sinceMicros(),
        consumer.sinceProgressMicros(),
        consumer.away());
  }

  static QueuePartitionInfo partition(Reply.QueuePartitionView view, String problem) {
    return new QueuePartitionInfo(
        view.partition().topicId(),
        view.partition().partition(),
        view.start(),
        view.next(),
        view.available() + view.blocked(),
        view.locked(),
        view.waiting(),
        view.dying(),
        view.attempts(),
        view.deadLetters(),
        view.failing(),
        problem);
  }
}
