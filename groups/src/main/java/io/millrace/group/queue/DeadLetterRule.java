package io.millrace.group.queue;

import java.util.Objects;

/**
 * What becomes of events that are rejected or have used up their attempts.
 *
 * @param topic topic of the dead letters; empty: the topic's name with {@code .dead-letters}
 * @param discard they are dropped, and no dead letter is written; the topic is empty
 */
public record DeadLetterRule(String topic, boolean discard) {

  private static final String SUFFIX = ".dead-letters";

  /** Dead letters go to the topic that is named after that of the event. */
  public static final DeadLetterRule DEFAULT_TOPIC = new DeadLetterRule("", false);

  public static final DeadLetterRule DISCARD = new DeadLetterRule("", true);

  public DeadLetterRule {
    Objects.requireNonNull(topic, "topic");
    if (discard && !topic.isEmpty()) {
      throw new IllegalArgumentException("a topic for dead letters that are dropped: " + topic);
    }
  }

  /**
   * The name of the topic for the dead letters of a topic, which may be too long for a name.
   *
   * @param from name of the topic
   */
  public String topicOf(String from) {
    return topic.isEmpty() ? from + SUFFIX : topic;
  }
}
