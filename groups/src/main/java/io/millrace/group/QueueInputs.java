package io.millrace.group;

import io.millrace.group.queue.DeadLetterRule;
import io.millrace.group.queue.QueueCandidate;
import io.millrace.group.queue.QueueOutcome;
import io.millrace.group.queue.QueueRules;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;

/** The rules for numbers and texts of requests to queues. */
final class QueueInputs {

  private QueueInputs() {}

  /** Refuses settings with {@code INVALID_REQUEST} or {@code INVALID_TOPIC_NAME}. */
  static void settings(QueueRules settings) {
    GroupInputs.range(
        "lock time",
        settings.lockMicros(),
        GroupLimits.MIN_LOCK_MICROS,
        GroupLimits.MAX_LOCK_MICROS);
    GroupInputs.range("back-off", settings.backOffMicros(), 0, GroupLimits.MAX_WAIT_MICROS);
    GroupInputs.range(
        "longest back-off", settings.backOffMaxMicros(), 0, GroupLimits.MAX_WAIT_MICROS);
    if (settings.maxAttempts() < 1 || settings.maxAttempts() > GroupLimits.MAX_ATTEMPTS) {
      throw GroupInputs.invalid(
          "the number of attempts is "
              + settings.maxAttempts()
              + "; choose 1 to "
              + GroupLimits.MAX_ATTEMPTS);
    }
    if (!settings.deadLetters().topic().isEmpty()) {
      GroupInputs.topicName("a rule for dead letters", settings.deadLetters().topic());
    }
  }

  /**
   * Refuses a rule for the dead letters of a topic: with {@code INVALID_REQUEST} if they would come
   * back to it, with {@code INVALID_TOPIC_NAME} if they could not be written.
   *
   * @param topic name of a topic of the queue
   */
  static void deadLettersOf(String topic, DeadLetterRule rule) {
    String name = rule.topicOf(topic);
    if (rule.discard()) {
      return;
    }
    if (name.equals(topic)) {
      throw GroupInputs.invalid(
          "the dead letters of a queue cannot go to its own topic "
              + Quoted.text(topic)
              + ": they would come again, for ever; name another dead-letter topic, or use another"
              + " queue for this topic");
    }
    GroupInputs.deadLetterTopicName(topic, name);
  }

  /** Refuses a take with {@code INVALID_REQUEST}. */
  static void take(Command.Take take) {
    if (take.maxEvents() < 1 || take.maxBytes() < 0) {
      throw GroupInputs.invalid(
          "a take asks for "
              + take.maxEvents()
              + " events and "
              + take.maxBytes()
              + " bytes; ask for at least 1 event and 0 bytes");
    }
  }

  /** Refuses events that are not in order with {@code INVALID_REQUEST}. */
  static void feed(Command.Feed feed) {
    long after = feed.from();
    for (QueueCandidate candidate : feed.candidates()) {
      if (candidate.offset() < after || candidate.offset() >= feed.to()) {
        throw GroupInputs.invalid(
            "a feed from "
                + feed.from()
                + " to "
                + feed.to()
                + " has event "
                + candidate.offset()
                + ", which is not in this range or not in order");
      }
      after = candidate.offset() + 1;
    }
  }

  /** Refuses a list that is too long with {@code LIMIT_REACHED}. */
  static void settlements(int count) {
    if (count > GroupLimits.SETTLEMENTS) {
      throw new RefusedException(
          ErrorCode.LIMIT_REACHED,
          "a request has "
              + count
              + " settlements; the limit is "
              + GroupLimits.SETTLEMENTS
              + "; use several requests");
    }
  }

  /** Refuses a settlement with {@code INVALID_REQUEST}. */
  static void settlement(EventSettlement settlement) {
    if (settlement.from() < 0 || settlement.to() < settlement.from()) {
      throw GroupInputs.invalid(
          "a settlement has the offsets "
              + settlement.from()
              + " to "
              + settlement.to()
              + "; the first one is at least 0 and at most the last one");
    }
    boolean releases = settlement.outcome() == QueueOutcome.RELEASE;
    if (settlement.delayMicros() != EventSettlement.BACK_OFF) {
      GroupInputs.range("delay", settlement.delayMicros(), 0, GroupLimits.MAX_WAIT_MICROS);
    }
    if (!releases
        && (settlement.failed() || settlement.delayMicros() != EventSettlement.BACK_OFF)) {
      throw GroupInputs.invalid(
          settlement.outcome() + " has a delay or has failed, which only RELEASE can have");
    }
    GroupInputs.text("the reason", settlement.reason(), GroupLimits.REASON_BYTES);
  }
}
