package io.millrace.client;

import java.time.Duration;
import java.util.Optional;

/**
 * The settings of a queue, which all its consumers share.
 *
 * @param lockTime how long an event is locked
 * @param maxAttempts after how many failed attempts an event becomes a dead letter
 * @param firstBackOff the pause after the first failed attempt; it doubles with each attempt
 * @param longestBackOff the longest pause
 * @param discardsDeadLetters whether nobody keeps dead letters
 * @param deadLetterTopic the topic of dead letters; empty: the name of the topic with {@code
 *     .dead-letters}
 * @param orderedByKey whether events with equal keys in a partition come one after the other
 */
public record QueueSettings(
    Duration lockTime,
    int maxAttempts,
    Duration firstBackOff,
    Duration longestBackOff,
    boolean discardsDeadLetters,
    Optional<String> deadLetterTopic,
    boolean orderedByKey) {

  private static final String DEAD_LETTERS = ".dead-letters";

  /** Where the dead letters of a topic go; empty: they are discarded. */
  public Optional<String> deadLetterTopicOf(String topic) {
    return discardsDeadLetters
        ? Optional.empty()
        : Optional.of(deadLetterTopic.orElse(topic + DEAD_LETTERS));
  }
}
